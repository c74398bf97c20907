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
    private readonly OtlpExport export;
    private readonly ILoggerFactory logging;
    private readonly ILogger log;
    private readonly LoadLabInstruments instruments;
    private readonly RunTrace trace;
    private readonly RunFeed feed;

    private RunTelemetry(Plan plan, OtlpExport export)
    {
        (this.plan, this.export) = (plan, export);
        logging = LoggerFactory.Create(export.AddTo);
        log = logging.CreateLogger("LoadLab.Run");
        instruments = new LoadLabInstruments();
        trace = new RunTrace(plan);
        feed = new RunFeed(plan, instruments, trace);
        Logged(() => log.Begins(plan.Scenario, plan.Claim));
    }

    /// <summary>
    /// Starts it; null without an endpoint. What is asked for and cannot be had is a sentence on <paramref name="error"/>, and the run goes on.
    /// </summary>
    public static RunTelemetry? TryStart(Plan plan, TextWriter error) => OtlpSettings.Asked(error) is { } settings && OtlpExport.TryStart(settings, error) is { } export
        ? new RunTelemetry(plan, export)
        : null;

    /// <inheritdoc/>
    public void Record(Observation observation, Evidence evidence)
    {
        feed.Record(observation);
        Logged(() => log.Record(observation));

        // Which path a packet was dropped on is told from all witnesses together, and they have all been asked now.
        if (observation is PhaseEnded)
        {
            instruments.RecordDrops(observation.Variant, DropPaths.Dropped(DropPaths.Of(plan, evidence.Of(observation.Variant ?? ""))));
        }
    }

    /// <inheritdoc/>
    public void End(RunDocument run)
    {
        Logged(() =>
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
        if (!export.IsLost)
        {
            // It disposes the exporter of the logs, which waits for the endpoint.
            logging.Dispose();
        }
    }

    // With the run's span as the current one, so that each log record has its trace.
    private void Logged(Action write)
    {
        var current = Activity.Current;
        Activity.Current = trace.Root;
        write();
        Activity.Current = current;
    }
}
