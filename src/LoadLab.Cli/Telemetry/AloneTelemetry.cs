using System.Collections.Concurrent;
using LoadLab.Judging;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Telemetry;
using Microsoft.Extensions.Logging;

namespace LoadLab.Cli;

/// <summary>The telemetry of a server or swarm on its own: the same instruments as a run's, fed by what the process sees of itself and of its network namespace.</summary>
/// <remarks>
/// Concurrency: any thread hands in; one thread of this class records, so that who measures does not wait for a histogram.
/// Which way a dropped packet went is not told here, since the clients' half of the evidence is missing: its path is "unknown".
/// </remarks>
internal sealed class AloneTelemetry : IDisposable
{
    private readonly OtlpExport export;
    private readonly LoadLabInstruments instruments = new();
    private readonly BlockingCollection<Observation> waiting = [];
    private readonly Thread recorder;
    private readonly TextWriter error;
    private HostSampling? sampling;

    private AloneTelemetry(OtlpSettings settings, TextWriter error)
    {
        this.error = error;
        export = OtlpExport.Start(settings);
        recorder = new Thread(RecordAll) { IsBackground = true, Name = "telemetry" };
        recorder.Start();
    }

    /// <summary>Starts it; null without an endpoint.</summary>
    public static AloneTelemetry? TryStart(TextWriter error) => OtlpSettings.Asked(error) is { } settings ? new AloneTelemetry(settings, error) : null;

    /// <summary>Adds the export to where logs go.</summary>
    public void AddTo(ILoggingBuilder logging) => export.AddTo(logging);

    /// <summary>Takes an observation. Once a server is ready its port is sampled, until the server or swarm says that it ends.</summary>
    public void Record(Observation observation)
    {
        waiting.Add(observation);
        if (observation is RoleReady { Role: Role.Server } ready)
        {
            Sample(ready.Port);
        }
        else if (observation is RoleEnded)
        {
            sampling?.Look();
            StopSampling();
        }
    }

    /// <summary>Samples the kernel for a server's port, and opens the exporter's connections.</summary>
    public void Sample(int port)
    {
        sampling = HostSampling.TryStart(port, waiting.Add, out var refusal);
        if (refusal is not null)
        {
            error.WriteLine($"loadlab: {refusal}");
        }

        export.Begin();
    }

    /// <summary>Sends what is left, for a bounded time.</summary>
    public void Finish()
    {
        StopRecording();
        export.Finish(error);
    }

    public void Dispose()
    {
        StopRecording();
        instruments.Dispose();
        export.Dispose();
        waiting.Dispose();
    }

    // The sampler hands in, too: it has to be gone before nothing is taken any more.
    private void StopRecording()
    {
        StopSampling();
        waiting.CompleteAdding();
        recorder.Join();
    }

    private void StopSampling()
    {
        sampling?.Dispose();
        sampling = null;
    }

    private void RecordAll()
    {
        foreach (var observation in waiting.GetConsumingEnumerable())
        {
            instruments.Record(observation);
            if (observation is ListenersSeen { Witness: ListenerWitness.TcpInfo } seen && seen.Listeners.All(listener => listener.Drops is not null))
            {
                instruments.RecordDrops(null, [new(DropPaths.Unknown, (ulong)seen.Listeners.Sum(listener => listener.Drops!.Value))]);
            }
        }
    }
}
