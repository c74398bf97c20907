using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary>A run of <c>loadlab run</c>: with its telemetry, and with what may end it early.</summary>
internal sealed class OneRun : IDisposable
{
    private readonly Nanoseconds? limit;
    private readonly Interruption interruption;
    private readonly RunTelemetry? telemetry;
    private readonly RunSession session;
    private readonly CancellationTokenSource stopping;

    /// <summary>Creates its folder.</summary>
    /// <param name="plan">What is run.</param>
    /// <param name="sandbox">Where.</param>
    /// <param name="results">The folder under which it gets its own.</param>
    /// <param name="limit">Ends it after this time; null: never.</param>
    /// <param name="interruption">Ends it, too.</param>
    /// <param name="isOutputTaken">True when standard output has a JSON document.</param>
    public OneRun(Plan plan, ISandbox sandbox, string results, Nanoseconds? limit, Interruption interruption, bool isOutputTaken)
    {
        (this.limit, this.interruption) = (limit, interruption);
        telemetry = RunTelemetry.TryStart(plan, Console.Error, isOutputTaken);
        try
        {
            session = new RunSession(plan, sandbox, results, Console.Error, telemetry);
        }
        catch (RunException)
        {
            telemetry?.Dispose();
            throw;
        }

        stopping = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
    }

    /// <summary>Its results folder.</summary>
    public string Folder => session.Folder;

    /// <summary>Runs it to its verdict.</summary>
    public Task<RunDocument> RunAsync(IProgressView progress)
    {
        if (limit is { } after)
        {
            stopping.CancelAfter(after.ToTimeSpan());
        }

        return session.RunAsync(progress, () => interruption.Came ? "interrupted" : $"the time-out of {limit} was reached", stopping.Token);
    }

    /// <summary>Sends what is left of its telemetry, for a bounded time.</summary>
    public void Finish() => telemetry?.Finish(Console.Error);

    public void Dispose()
    {
        stopping.Dispose();
        session.Dispose();
        telemetry?.Dispose();
    }
}
