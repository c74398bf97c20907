using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>The processes whose descriptors a watch counts: those that were named, or those that hold the listeners that it tells.</summary>
/// <remarks>
/// Not thread-safe. Who holds a socket is found by listing the descriptors of every process: where a listener is new once a minute at most, else once in
/// ten minutes.
/// </remarks>
internal sealed class WatchedProcesses(ImmutableArray<int> named) : IDisposable
{
    private const int Most = 32;
    private const int MinutesBetweenScans = 10;
    private readonly Dictionary<int, Watched> watched = [];
    private readonly HashSet<long> sought = [];
    private int minute;
    private ILookup<long, SocketOwner> owners = Array.Empty<SocketOwner>().ToLookup(_ => 0L);

    /// <summary>Looks for the holders of listeners, and for the limits of the processes.</summary>
    /// <param name="listeners">Those that are told.</param>
    /// <param name="isDue">A minute is over.</param>
    public void Find(IReadOnlyList<ToldListener> listeners, bool isDue)
    {
        if (!isDue || (minute++ % MinutesBetweenScans != 0 && listeners.All(one => sought.Contains(one.Socket.Inode))))
        {
            return;
        }

        sought.Clear();
        foreach (var one in listeners)
        {
            _ = sought.Add(one.Socket.Inode);
        }

        owners = SocketOwners.Of(sought).ByInode;
        var pids = named.IsEmpty ? owners.SelectMany(group => group).Select(owner => owner.Pid).Distinct().Order().Take(Most) : named;
        Watch([.. pids]);
    }

    /// <summary>Who holds a listener, as far as it was found: <c>nginx[4711]</c>.</summary>
    public ImmutableArray<string> OwnersOf(long inode) => [.. owners[inode].Select(owner => $"{owner.Name}[{owner.Pid}]")];

    /// <summary>The processes now; one that is gone is not among them.</summary>
    public ImmutableArray<ProcessTick> Read() =>
    [
        .. watched.Select(pair => (Pid: pair.Key, pair.Value, Open: pair.Value.Count.Read())).Where(one => one.Open is not null)
            .Select(one => new ProcessTick(one.Pid, one.Value.Name, one.Open!.Value, one.Value.Limits.Soft, one.Value.Limits.Hard)),
    ];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var one in watched.Values)
        {
            one.Count.Dispose();
        }
    }

    // Opened anew each time: a pid may be another process by now.
    private void Watch(ImmutableArray<int> pids)
    {
        Dispose();
        watched.Clear();
        foreach (var pid in pids)
        {
            if (ProcessTable.NameOf(pid) is { } name && ProcessLimits.ReadNofile(pid) is { } limits && ProcessDescriptorCount.TryOpen(pid) is { } count)
            {
                watched[pid] = new Watched(name, limits, count);
            }
        }
    }

    private sealed record Watched(string Name, SoftAndHard Limits, ProcessDescriptorCount Count);
}
