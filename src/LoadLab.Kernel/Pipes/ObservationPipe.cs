using System.Buffers;
using System.Text.Json;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>The way observations leave a process: one JSON line each, on a stream that was open before any limit was lowered.</summary>
/// <remarks>
/// Concurrency: any thread may <see cref="Write"/>, which only queues; one thread of its own serialises and writes, so that a full pipe never holds
/// up a worker.
/// It writes every 20 ms, since a wake-up for each line would be taken from what is measured; an answer that is waited for
/// (<see cref="CommandDone"/>, <see cref="RoleReady"/>)
/// and <see cref="Flush"/> do not wait.
/// Bounded: beyond 100,000 queued lines the newest are dropped and counted, and a <see cref="SamplesLost"/> says so.
/// Dispose writes what is left. A reader that has gone is no error: the run it belonged to is over.
/// </remarks>
public sealed class ObservationPipe : IDisposable
{
    private const int MostQueued = 100_000;
    private static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(20);
    private readonly Lock gate = new();
    private readonly AutoResetEvent work = new(initialState: false);
    private readonly AutoResetEvent urgent = new(initialState: false);
    private readonly ManualResetEventSlim drained = new(initialState: true);
    private readonly ArrayBufferWriter<byte> lines = new(64 * 1024);
    private readonly Stream output;
    private readonly string source;
    private readonly string? variant;
    private readonly Thread thread;
    private List<Observation> queue = [];
    private List<Observation> writing = [];
    private long lost;
    private bool closing;

    /// <summary>Starts the writing thread.</summary>
    /// <param name="output">Where the lines go; not closed.</param>
    /// <param name="source">Who writes, as <see cref="SamplesLost.Source"/>: "clients", "server" …</param>
    /// <param name="variant">Put on every line; null for none.</param>
    public ObservationPipe(Stream output, string source, string? variant)
    {
        this.output = output;
        this.source = source;
        this.variant = variant;
        thread = new Thread(WriteLoop) { IsBackground = true, Name = "observation pipe" };
        thread.Start();
    }

    /// <summary>How many observations wait for the writing thread: who can say the same in fewer lines should, while this is large.</summary>
    public int Queued
    {
        get
        {
            lock (gate)
            {
                return queue.Count;
            }
        }
    }

    /// <summary>Queues one observation.</summary>
    public void Write(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        bool isFirst;
        lock (gate)
        {
            if (queue.Count >= MostQueued)
            {
                lost++;
                return;
            }

            queue.Add(observation);
            isFirst = queue.Count == 1;
            drained.Reset();
        }

        if (isFirst)
        {
            _ = work.Set();
        }

        if (observation is CommandDone or RoleReady)
        {
            _ = urgent.Set();
        }
    }

    /// <summary>Returns when all that was queued has been written.</summary>
    public void Flush()
    {
        _ = urgent.Set();
        drained.Wait();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            closing = true;
        }

        _ = urgent.Set();
        _ = work.Set();
        thread.Join();
        urgent.Dispose();
        work.Dispose();
        drained.Dispose();
    }

    private void WriteLoop()
    {
        using var json = new Utf8JsonWriter(lines);
        while (true)
        {
            bool last;
            long dropped;
            lock (gate)
            {
                (queue, writing) = (writing, queue);
                (dropped, lost) = (lost, 0);
                last = closing;
                if (writing.Count == 0 && dropped == 0)
                {
                    drained.Set();
                }
            }

            if (writing.Count > 0 || dropped > 0)
            {
                WriteBatch(json, dropped);
                continue;
            }

            if (last)
            {
                return;
            }

            _ = work.WaitOne();
            _ = urgent.WaitOne(GatherFor);
        }
    }

    private void WriteBatch(Utf8JsonWriter json, long dropped)
    {
        foreach (var observation in writing)
        {
            Serialise(json, observation);
        }

        if (dropped > 0)
        {
            var at = writing.Count > 0 ? writing[^1].T : default;
            Serialise(json, new SamplesLost(source, dropped, "the reader of this pipe was too slow") { T = at });
        }

        writing.Clear();
        try
        {
            output.Write(lines.WrittenSpan);
            output.Flush();
        }
        catch (IOException)
        {
            // EPIPE: the conductor or the outer process is gone, and with it everybody who could read this; end of input stops this process.
        }

        lines.ResetWrittenCount();
    }

    private void Serialise(Utf8JsonWriter json, Observation observation)
    {
        JsonSerializer.Serialize(json, variant is null ? observation : observation with { Variant = variant }, ModelJson.Default.Observation);
        json.Flush();
        json.Reset();
        lines.GetSpan(1)[0] = (byte)'\n';
        lines.Advance(1);
    }
}
