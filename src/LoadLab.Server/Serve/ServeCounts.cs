using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>The last words of a server on its own.</summary>
/// <param name="Tally">What it has done.</param>
/// <param name="Drops">Packets its listeners have dropped; null when this kernel does not report it.</param>
/// <param name="PeakQueue">The longest accept queue seen.</param>
/// <param name="Failures">Its own system calls that failed.</param>
internal sealed record ServeCounts(ServerTally Tally, long? Drops, long PeakQueue, ImmutableArray<(string Syscall, Errno Errno, long Count)> Failures)
{
    /// <summary>Of a server that has done nothing.</summary>
    public static ServeCounts None { get; } = new(new ServerTally(0, [], 0, 0, ImmutableDictionary<Errno, long>.Empty, 0), null, 0, []);

    /// <summary>As lines for people.</summary>
    public IEnumerable<string> Lines()
    {
        var perListener = Tally.PerListener.Length > 1 ? $" ({string.Join(" + ", Tally.PerListener)})" : "";
        yield return $"accepted {Tally.Accepted}{perListener}, still open {Tally.Open}, ended by the peer {Tally.EndOfStream}, bytes read {Tally.BytesRead}";
        if (Tally.Retransmits is { } retransmits and > 0)
        {
            yield return $"retransmitted on accepted connections: {retransmits} segments";
        }

        yield return $"dropped by the listener: {(Drops is { } drops ? $"{drops} packets" : "this kernel does not report it")}; "
            + $"peak of the accept queue, seen 100 times a second: {PeakQueue}";
        foreach (var (errno, count) in Tally.Errors.OrderBy(pair => pair.Key.Number))
        {
            yield return $"connections ended by {errno}: {count}";
        }

        foreach (var (syscall, errno, count) in Failures)
        {
            yield return $"{syscall} failed with {errno}: {count} times";
        }
    }
}
