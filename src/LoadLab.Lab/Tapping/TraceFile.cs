using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>The run's trace while it is written: bounded, with the phases as comments, and given up with one sentence when it cannot be written.</summary>
/// <remarks>Not thread-safe; its creator disposes it.</remarks>
internal sealed class TraceFile : IDisposable
{
    /// <summary>About 30 MB. The beginning is what a person reads; counts and retransmissions are of all packets.</summary>
    public const long MostPackets = 250_000;

    private readonly string path;
    private readonly Action<string> note;
    private readonly Queue<(string Phase, long RealtimeNs)> phases = [];
    private PcapngWriter? writer;

    /// <summary>Begins it.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="scenario">What runs.</param>
    /// <param name="note">Gets what a person should know of it.</param>
    public TraceFile(string path, string scenario, Action<string> note)
    {
        this.path = path;
        this.note = note;
        try
        {
            writer = new PcapngWriter(path, scenario, "LoadLab", MostPackets, PacketTap.MostBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            note($"no trace is written, since {path} cannot be: {e.Message}");
        }
    }

    /// <summary>How many packets are in it.</summary>
    public long Packets { get; private set; }

    /// <summary>The first packet from this moment on carries the phase's name.</summary>
    public void PhaseBegan(string phase, long realtimeNs) => phases.Enqueue((phase, realtimeNs));

    /// <summary>Adds a packet while there is room.</summary>
    public void Write(CapturedPacket packet)
    {
        if (writer is not { IsFull: false } open)
        {
            return;
        }

        try
        {
            open.Write(packet, phases.TryPeek(out var next) && next.RealtimeNs <= packet.RealtimeNs ? Comment(packet.RealtimeNs) : null);
        }
        catch (IOException e)
        {
            GiveUp(e);
            return;
        }

        Packets = open.Packets;
        if (open.IsFull)
        {
            note($"{Path.GetFileName(path)} is full: it keeps the first {MostPackets} segments, the others are counted only");
        }
    }

    /// <summary>Hands what was written to the kernel.</summary>
    public void Flush()
    {
        try
        {
            writer?.Flush();
        }
        catch (IOException e)
        {
            GiveUp(e);
        }
    }

    private void GiveUp(IOException e)
    {
        note($"{path} ends with segment {Packets}: {e.Message}");
        writer?.Dispose();
        writer = null;
    }

    /// <summary>Ends it with what the tap saw and lost.</summary>
    public void Complete(long nowRealtimeNs, long segments, long lost)
    {
        var rest = phases.Count > 0 ? $"; no segment was written in {Comment(long.MaxValue)}" : "";
        writer?.WriteStatistics(nowRealtimeNs, segments, lost, $"{segments} segments seen, {Packets} of them in this file, {lost} lost{rest}");
        Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => writer?.Dispose();

    private string Comment(long untilRealtimeNs)
    {
        var names = new List<string>();
        while (phases.TryPeek(out var next) && next.RealtimeNs <= untilRealtimeNs)
        {
            names.Add($"phase {phases.Dequeue().Phase}");
        }

        return string.Join(", ", names);
    }
}
