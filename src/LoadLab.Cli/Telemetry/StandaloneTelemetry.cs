using System.Diagnostics;
using LoadLab.Judging;
using LoadLab.Judging.Diagnoses;
using LoadLab.Kernel;
using LoadLab.Model;
using LoadLab.Telemetry;
using Microsoft.Extensions.Logging;

namespace LoadLab.Cli;

/// <summary>The telemetry of a server or swarm on its own: the same instruments as a run's, and one span.</summary>
/// <remarks>
/// Concurrency: one thread records. Which way a dropped packet went is not told here, since the clients' half of the evidence is missing: its path is
/// "unknown".
/// </remarks>
internal sealed class StandaloneTelemetry : IDisposable
{
    private readonly TelemetryExport export;
    private readonly LoadLabInstruments instruments = new();
    private readonly string command;
    private readonly RunClock clock;
    private readonly TextWriter error;
    private StandaloneTrace? trace;

    private StandaloneTelemetry(TelemetryExport export, string command, RunClock clock, TextWriter error) =>
        (this.export, this.command, this.clock, this.error) = (export, command, clock, error);

    /// <summary>What its metrics are fetched from; null: nothing.</summary>
    public PrometheusEndpoint? Prometheus => export.Prometheus;

    /// <summary>Starts it; null when nothing is exported.</summary>
    /// <param name="command">The name of its span.</param>
    /// <param name="clock">The clock of the observations.</param>
    /// <param name="error">Gets what was asked for and is not available.</param>
    public static StandaloneTelemetry? TryStart(string command, RunClock clock, TextWriter error)
    {
        if (TelemetrySettings.Asked(error) is not { } settings || TelemetryExport.TryStart(settings, error) is not { } export)
        {
            return null;
        }

        var telemetry = new StandaloneTelemetry(export, command, clock, error);
        telemetry.BeginSpan();
        return telemetry;
    }

    /// <summary>The same for a host, which makes the providers: <see cref="ServeTelemetry"/>.</summary>
    /// <param name="command">The name of its span.</param>
    /// <param name="prometheus">The option; null: not given.</param>
    /// <param name="clock">The clock of the observations.</param>
    /// <param name="error">Gets what was asked for and is not available.</param>
    /// <param name="prepared">Its exporters, not begun.</param>
    /// <exception cref="CliException">The option is not available.</exception>
    public static StandaloneTelemetry? TryPrepare(string command, string? prometheus, RunClock clock, TextWriter error, out TelemetryExport? prepared)
    {
        prepared = TelemetrySettings.Asked(error, prometheus) is { } settings ? TelemetryExport.TryPrepare(settings, error) : null;
        return prepared is null ? null : new StandaloneTelemetry(prepared, command, clock, error);
    }

    /// <summary>Begins the span: the providers are there.</summary>
    public void BeginSpan()
    {
        trace = new StandaloneTrace(command, CallerSpan.Of(Environment.GetEnvironmentVariable), TimeProvider.System.GetUtcNow() - clock.Now.ToTimeSpan());
        export.Root = trace.Span;
    }

    /// <summary>Says where it listens, or whom it loads.</summary>
    public void Target(string address, int port) => trace?.Target(address, port);

    /// <summary>Loggers whose records are exported.</summary>
    public ILoggerFactory Loggers() => export.Loggers();

    /// <summary>Opens the exporter's connections.</summary>
    public void Begin() => export.Begin();

    /// <summary>Takes an observation.</summary>
    public void Record(Observation observation)
    {
        // The span as the current one: an exemplar has its ids.
        Activity.Current = trace?.Span;
        instruments.Record(observation);
        if (observation is ListenersSeen { Witness: ListenerWitness.TcpInfo } seen && seen.Listeners.All(listener => listener.Drops is not null))
        {
            instruments.RecordDrops(null, [new(DropPaths.Unknown, (ulong)seen.Listeners.Sum(listener => listener.Drops!.Value))]);
        }

        trace?.Record(observation);
    }

    /// <summary>Ends the span and sends what is left, for a bounded time.</summary>
    /// <param name="reason">Why it did not come to its end; null when it did.</param>
    public void Finish(string? reason)
    {
        trace?.End(reason);
        export.Finish(error);
    }

    public void Dispose()
    {
        trace?.Dispose();
        instruments.Dispose();
        export.Dispose();
    }
}
