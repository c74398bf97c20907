using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>A swarm on its own, in this process, against a target that consents: <c>loadlab swarm --target 127.0.0.1:8080</c>.</summary>
/// <remarks>Concurrency: the caller's thread begins the load, prints a line a second, and ends; the load is done by the swarm's own threads.</remarks>
public static class SwarmRun
{
    // What is in flight when a churn's time is over gets an answer within it, or none before the kernel gives up after two minutes.
    private static readonly Nanoseconds AfterChurn = Nanoseconds.FromSeconds(1);

    /// <summary>
    /// Runs a load and returns when it is settled (each connect answered, failed or given up), or when what was asked to be held has been held, or on
    /// cancellation.
    /// </summary>
    /// <remarks>A churn without a connect time-out ends at most a second after its time; what has no answer by then is pending.</remarks>
    /// <param name="spec">The load; its worker processes are this one.</param>
    /// <param name="target">Whom.</param>
    /// <param name="ports">The ephemeral range, for planned ports.</param>
    /// <param name="output">Live lines for people; <see cref="TextWriter.Null"/> for none.</param>
    /// <param name="hold">After the last connect is issued, so long; 0: until all is settled.</param>
    /// <param name="observations">All observations as JSON lines, as a run records them; null: nowhere.</param>
    /// <param name="observer">Gets each observation as it is made, from the swarm's own threads: it must be quick; null: nobody.</param>
    /// <param name="since">The clock of the observations; null: one that begins now.</param>
    /// <param name="consent">Keeps connects back while the target's consent is not certain; null: none is needed.</param>
    /// <param name="cancellation">Ends it; what was seen is the summary.</param>
    /// <exception cref="ArgumentException">The load cannot be begun; the message is a sentence.</exception>
    public static SwarmSummary Run(
        SwarmSpec spec,
        SwarmTarget target,
        (int Low, int High) ports,
        TextWriter output,
        Nanoseconds hold = default,
        Stream? observations = null,
        Action<Observation>? observer = null,
        RunClock? since = null,
        ConsentWatch? consent = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(output);
        var clock = since ?? RunClock.StartNew();
        var counts = new SwarmCounts();
        using var pipe = observations is null ? null : new ObservationPipe(observations, LossSource.Clients, null);
        var sink = new SwarmOutput(
            observation =>
            {
                counts.Add(observation);
                pipe?.Write(observation);
                observer?.Invoke(observation);
            },
            pipe is null ? () => false : SwarmOutput.Onto(pipe).IsBehind);
        using var engine = new SwarmEngine(0, clock, sink, consent);
        var done = new ManualResetEventSlim();
        var start = clock.Now;
        var command = new LoadCommand(
            1, 0, spec, 1, AddressRange.Dotted(target.Address), target.Port, ports.Low, ports.High, start, hold > Nanoseconds.Zero ? LoadUntil.Issued
                : LoadUntil.Settled);
        if (engine.Begin(command, done.Set) is { } refusal)
        {
            throw new ArgumentException(refusal, nameof(spec));
        }

        var endsByTime = spec is { Shape: LoadShape.Churn, ConnectTimeout.Value: 0 };
        Watch(Wait(done, cancellation), endsByTime ? (start + spec.For + AfterChurn).Value : long.MaxValue);
        using var never = new ManualResetEventSlim();
        Watch(Wait(never, cancellation), (clock.Now + hold).Value);
        var last = engine.Report();
        engine.Stop();
        observer?.Invoke(new RoleEnded(Role.Swarm, 0, 0, Expected: true, "") { T = clock.Now });
        return counts.Summarise(last, clock.Now - start);

        // Prints a line a second until the event comes or the moment is there.
        void Watch(Func<TimeSpan, bool> wait, long until)
        {
            for (var now = clock.Now.Value; now < until; now = clock.Now.Value)
            {
                // Waits are in whole milliseconds: the last bit of one is waited for as one, too.
                if (wait(new Nanoseconds(Math.Clamp(until - now, 1_000_000, 1_000_000_000)).ToTimeSpan()))
                {
                    return;
                }

                output.WriteLine(counts.Line(clock.Now - start));
            }
        }
    }

    // True when the event came or the run was cancelled.
    private static Func<TimeSpan, bool> Wait(ManualResetEventSlim what, CancellationToken cancellation) => time =>
    {
        try
        {
            return what.Wait(time, cancellation);
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    };
}
