using System.Diagnostics;
using LoadLab.Judging;
using LoadLab.Judging.Diagnoses;
using LoadLab.Model;
using LoadLab.Runs;
using LoadLab.Telemetry;
using Microsoft.Extensions.Logging;

namespace LoadLab.Cli;

/// <summary>
/// A run's telemetry: instruments, trace and logs, fed from the observations that leave the sandbox. Nothing of it exists unless an endpoint is
/// given.
/// </summary>
/// <remarks>Concurrency: the lab's reading task records, one line after another; <see cref="End"/> and <see cref="Finish"/> come after it.</remarks>
internal sealed class RunTelemetry : IRunObserver, IDisposable
{
    private readonly Plan plan;
    private readonly TelemetryExport export;
    private readonly ILoggerFactory logging;
    private readonly ILogger log;
    private readonly LoadLabInstruments instruments;
    private readonly RunTrace trace;
    private readonly RunFeed feed;

    private RunTelemetry(Plan plan, TelemetryExport export)
    {
        (this.plan, this.export) = (plan, export);
        logging = export.Loggers();
        log = logging.CreateLogger("LoadLab.Run");
        instruments = new LoadLabInstruments();
        trace = new RunTrace(plan);
        feed = new RunFeed(plan, instruments, trace);
        Within(() => log.Begins(plan.Scenario, plan.Claim));
    }

    /// <summary>
    /// Starts it; null when nothing is exported. What is asked for and is not available is a sentence on <paramref name="error"/>, and the run goes on.
    /// </summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="error">Gets the sentences.</param>
    /// <param name="isOutputTaken">True when standard output has a JSON document.</param>
    public static RunTelemetry? TryStart(Plan plan, TextWriter error, bool isOutputTaken) =>
        TelemetrySettings.Asked(error, isOutputTaken: isOutputTaken) is { } settings && TelemetryExport.TryStart(settings, error) is { } export
            ? new RunTelemetry(plan, export) : null;

    /// <inheritdoc/>
    public void Record(Observation observation, Evidence evidence)
    {
        Within(() => feed.Record(observation));
        Within(() => log.Record(observation));

        // Which path a packet was dropped on is told from all witnesses together, and they have all been asked now.
        if (observation is PhaseEnded)
        {
            instruments.RecordDrops(observation.Variant, DropPaths.Dropped(DropPaths.Of(plan, evidence.Of(observation.Variant ?? ""))));
        }
    }

    /// <inheritdoc/>
    public void End(RunDocument run)
    {
        Within(() =>
        {
            foreach (var finding in run.Findings.Where(finding => finding.Outcome != Outcome.Held))
            {
                log.NotHeld(finding.Sentence);
            }

            log.Ends(run.Scenario, EnumWords<Outcome>.Of(run.Verdict), run.Unfinished ?? run.Summary);
        });
        trace.End(run);
    }

    /// <summary>Sends what is left, for a bounded time.</summary>
    public void Finish(TextWriter error) => export.Finish(error);

    public void Dispose()
    {
        trace.Dispose();
        instruments.Dispose();
        export.Dispose();
    }

    // With the run's span as the current one, so that each log record and each exemplar has its trace.
    private void Within(Action write)
    {
        var current = Activity.Current;
        Activity.Current = trace.Root;
        write();
        Activity.Current = current;
    }
}
