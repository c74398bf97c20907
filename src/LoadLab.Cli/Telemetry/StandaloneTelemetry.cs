using LoadLab.Judging;
using LoadLab.Judging.Diagnoses;
using LoadLab.Model;
using LoadLab.Telemetry;
using Microsoft.Extensions.Logging;

namespace LoadLab.Cli;

/// <summary>The telemetry of a server or swarm on its own: the same instruments as a run's.</summary>
/// <remarks>
/// Concurrency: one thread records. Which way a dropped packet went is not told here, since the clients' half of the evidence is missing: its path is
/// "unknown".
/// </remarks>
internal sealed class StandaloneTelemetry : IDisposable
{
    private readonly OtlpExport export;
    private readonly LoadLabInstruments instruments = new();
    private readonly TextWriter error;

    private StandaloneTelemetry(OtlpExport export, TextWriter error) => (this.export, this.error) = (export, error);

    /// <summary>Starts it; null without an endpoint.</summary>
    public static StandaloneTelemetry? TryStart(TextWriter error) => OtlpSettings.Asked(error) is { } settings && OtlpExport.TryStart(settings, error) is { } export
        ? new StandaloneTelemetry(export, error)
        : null;

    /// <summary>Adds the export to where logs go.</summary>
    public void AddTo(ILoggingBuilder logging) => export.AddTo(logging);

    /// <summary>Opens the exporter's connections.</summary>
    public void Begin() => export.Begin();

    /// <summary>Takes an observation.</summary>
    public void Record(Observation observation)
    {
        instruments.Record(observation);
        if (observation is ListenersSeen { Witness: ListenerWitness.TcpInfo } seen && seen.Listeners.All(listener => listener.Drops is not null))
        {
            instruments.RecordDrops(null, [new(DropPaths.Unknown, (ulong)seen.Listeners.Sum(listener => listener.Drops!.Value))]);
        }
    }

    /// <summary>Sends what is left, for a bounded time.</summary>
    public void Finish() => export.Finish(error);

    public void Dispose()
    {
        instruments.Dispose();
        export.Dispose();
    }
}
