using System.Globalization;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Swarm;

namespace LoadLab.Cli;

/// <summary>When a swarm on its own begins: at once, at a time of day, or together with the others of its server.</summary>
/// <param name="IsTogether">Once the server has as many as it awaits.</param>
/// <param name="At">At this time; null: see <paramref name="IsTogether"/>, else at once.</param>
/// <param name="Patience">How long the server may take to answer.</param>
/// <param name="PatienceWithOthers">How long the others may take.</param>
internal sealed record StartMoment(bool IsTogether, DateTimeOffset? At, TimeSpan Patience, TimeSpan PatienceWithOthers)
{
    /// <summary>What the option takes.</summary>
    public const string Forms = "ready (with the others, once the server has as many as its --replicas) or a time in UTC such as 2026-01-31T12:00:00Z";

    // Whoever means another day has mistyped it.
    private static readonly TimeSpan Furthest = TimeSpan.FromHours(1);

    /// <summary>Reads the options.</summary>
    /// <exception cref="CliException">They are none.</exception>
    public static StartMoment Of(string? startAt, string? wait)
    {
        TimeSpan? patience = null;
        if (wait is not null)
        {
            patience = Nanoseconds.TryParse(wait, out var time) && time.Value > 0 ? time.ToTimeSpan()
                : throw CliException.BadInput($"--wait {wait}: takes a duration with a unit, e.g. 30s");
        }

        var moment = new StartMoment(startAt == "ready", null, patience ?? TimeSpan.FromSeconds(2), patience ?? TimeSpan.FromMinutes(5));
        if (startAt is null or "ready")
        {
            return moment;
        }

        if (!DateTimeOffset.TryParse(startAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            throw CliException.BadInput($"--start-at {startAt}: takes {Forms}");
        }

        var ahead = at - TimeProvider.System.GetUtcNow();
        return ahead < TimeSpan.Zero || ahead > Furthest
            ? throw CliException.BadInput(
                $"--start-at {startAt}: that is {(ahead < TimeSpan.Zero ? $"{-ahead.TotalSeconds:0} s ago" : $"{ahead.TotalHours:0.#} h ahead")}; it takes "
            + $"a moment of the next hour")
            : moment with { At = at };
    }

    /// <summary>Returns when the moment is there, or on cancellation.</summary>
    /// <exception cref="CliException">The others did not come.</exception>
    public void Await(SwarmTarget target, string replica, TextWriter output, CancellationToken cancellation)
    {
        if (At is { } at)
        {
            Sleep(at - TimeProvider.System.GetUtcNow(), cancellation);
            return;
        }

        if (!IsTogether)
        {
            return;
        }

        var client = new ConsentClient(target, replica);
        var (ready, awaited) = (0, 0);
        var startsIn = client.AwaitStart(PatienceWithOthers, Told, cancellation);
        if (startsIn is { } time)
        {
            if (time < Nanoseconds.Zero)
            {
                output.WriteLine($"the others began {Nanoseconds.Zero - time} ago; this one joins them now");
            }

            Sleep(time.ToTimeSpan(), cancellation);
        }
        else if (!cancellation.IsCancellationRequested)
        {
            throw CliException.CannotSee(
                $"--start-at ready: after {PatienceWithOthers.TotalSeconds:0} s {ready} of {awaited} swarms were ready at {target}; start the others, or "
                + $"'{TypedCommand.Of("loadlab serve")}' with fewer --replicas, or --wait longer");
        }

        void Told(ConsentAnswer answer)
        {
            if (answer.Ready != ready)
            {
                output.WriteLine($"{replica} waits: {answer.Ready} of {answer.Awaited} are ready");
            }

            (ready, awaited) = (answer.Ready, answer.Awaited);
        }
    }

    private static void Sleep(TimeSpan time, CancellationToken cancellation)
    {
        if (time > TimeSpan.Zero)
        {
            cancellation.WaitHandle.WaitOne(time);
        }
    }
}
