using System.Collections.Concurrent;
using LoadLab.Kernel;
using LoadLab.Lab;
using LoadLab.Model;

namespace LoadLab.Cli;

/// <summary>
/// Takes what a server or swarm on its own sees of itself, and what the kernel shows of its network namespace, to whoever asked: a results folder,
/// telemetry, or both.
/// </summary>
/// <remarks>Concurrency: any thread hands in; one thread of this class hands on, so that who measures does not wait for a file or a histogram.</remarks>
internal sealed class StandaloneWatch : IDisposable
{
    private readonly BlockingCollection<Observation> waiting = [];
    private readonly StandaloneFolder? folder;
    private readonly StandaloneTelemetry? telemetry;
    private readonly RunClock clock;
    private readonly TextWriter error;
    private readonly Thread recorder;
    private HostSampling? sampling;
    private bool hasEnded;
    private bool isFinished;

    /// <summary>Begins to hand on.</summary>
    public StandaloneWatch(StandaloneFolder? folder, StandaloneTelemetry? telemetry, RunClock clock, TextWriter error)
    {
        (this.folder, this.telemetry, this.clock, this.error) = (folder, telemetry, clock, error);
        recorder = new Thread(HandOn) { IsBackground = true, Name = "alone" };
        recorder.Start();
    }

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
            sampling?.End();
            hasEnded = true;
        }
        else if (hasEnded && observation is ServerTally)
        {
            // The server's last words: it has stopped taking new connections in between.
            sampling?.LookAtStates();
        }
    }

    /// <summary>Samples the kernel for a server's port, and opens the exporter's connections.</summary>
    public void Sample(int port)
    {
        sampling = HostSampling.TryStart(port, clock, waiting.Add, out var refusal);
        if (refusal is not null)
        {
            error.WriteLine($"loadlab: {refusal}");
        }

        telemetry?.Begin();
    }

    /// <summary>Hands on what is left, writes the result and sends the rest, for a bounded time. The second time does nothing.</summary>
    /// <param name="reason">Why it did not come to its end; null when it did.</param>
    public void Finish(string? reason)
    {
        if (isFinished)
        {
            return;
        }

        isFinished = true;
        StopRecording();
        folder?.Complete(reason);
        if (folder?.Failure is { } failure)
        {
            error.WriteLine($"loadlab: {failure}");
        }

        telemetry?.Finish(reason);
    }

    public void Dispose()
    {
        StopRecording();
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

    private void HandOn()
    {
        foreach (var observation in waiting.GetConsumingEnumerable())
        {
            telemetry?.Record(observation);
            folder?.Record(observation);
        }
    }
}
