using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What one of the two listener witnesses has seen so far.</summary>
internal sealed class ListenerSightings
{
    /// <summary>At least one sweep found a listener.</summary>
    public bool Any { get; private set; }

    /// <summary>Accept queue of the fullest listener in the last sweep.</summary>
    public long Last { get; private set; }

    /// <summary>Accept queue of the fullest listener in any sweep.</summary>
    public long Peak { get; private set; }

    /// <summary>Accept queue of the emptiest listener in the last sweep.</summary>
    public long Least { get; private set; }

    /// <summary>All accept queues of the last sweep together.</summary>
    public long Total { get; private set; }

    /// <summary>Live backlog of the fullest listener in the last sweep.</summary>
    public long BacklogLast { get; private set; }

    /// <summary>The smallest live backlog in the last sweep.</summary>
    public long BacklogLeast { get; private set; }

    /// <summary>Drops of all listeners in the last sweep; null when this kernel does not tell.</summary>
    public long? Drops { get; private set; }

    /// <summary>When drops were first over 0.</summary>
    public Nanoseconds? FirstDrop { get; private set; }

    /// <summary>Free slots of all listeners together in the first sweep with drops.</summary>
    public long RoomAtFirstDrop { get; private set; }

    /// <summary>When all accept queues together were last found empty after something had been in them.</summary>
    public Nanoseconds? Emptied { get; private set; }

    /// <summary>Each listener in the last sweep, by socket inode.</summary>
    public ImmutableArray<ListenerView> Views { get; private set; } = [];

    /// <summary>By listener: true once its queue has become shorter.</summary>
    public ImmutableArray<bool> Taken { get; private set; } = [];

    /// <summary>By listener: the longest queue since as many were there as now.</summary>
    public ImmutableArray<long> Peaks { get; private set; } = [];

    /// <summary>Connections in the queues of listeners that were there in one sweep and gone in the next.</summary>
    public long ClosedWith { get; private set; }

    /// <summary>A listener has gone: sk_drops of those that are left are not all there was.</summary>
    public bool HasGone { get; private set; }

    /// <summary>When the queues together last had another length.</summary>
    public Nanoseconds Changed { get; private set; }

    /// <summary>When they were last looked at.</summary>
    public Nanoseconds Looked { get; private set; }

    public void Fold(ListenersSeen seen)
    {
        Watch(seen);
        if (seen.Listeners.IsDefaultOrEmpty)
        {
            return;
        }

        var fullest = seen.Listeners.MaxBy(listener => listener.Queue);
        Any = true;
        (Last, BacklogLast) = (fullest.Queue, fullest.LiveBacklog);
        Peak = Math.Max(Peak, Last);
        Least = seen.Listeners.Min(listener => listener.Queue);
        var total = seen.Listeners.Sum(listener => listener.Queue);
        Emptied = Total > 0 && total == 0 ? seen.T : Emptied;
        Total = total;
        BacklogLeast = seen.Listeners.Min(listener => listener.LiveBacklog);
        Drops = seen.Listeners.Any(listener => listener.Drops is null) ? null : seen.Listeners.Sum(listener => listener.Drops);
        if (FirstDrop is null && Drops > 0)
        {
            FirstDrop = seen.T;
            RoomAtFirstDrop = seen.Listeners.Sum(listener => Math.Max(0, listener.LiveBacklog + 1 - listener.Queue));
        }
    }

    private void Watch(ListenersSeen seen)
    {
        ImmutableArray<ListenerView> now = seen.Listeners.IsDefault ? [] : seen.Listeners;
        var total = now.Sum(one => one.Queue);
        if (now.Length < Views.Length)
        {
            HasGone = true;
            ClosedWith += Math.Max(0, Views.Sum(one => one.Queue) - total);
        }

        Changed = total != Views.Sum(one => one.Queue) ? seen.T : Changed;
        Looked = seen.T;

        // A listener's id is its place among those that are there: with one more or less it is another's.
        Taken = now.Length == Views.Length ? [.. now.Select((one, i) => Taken[i] || one.Queue < Views[i].Queue)] : [.. now.Select(_ => false)];
        Peaks = now.Length == Views.Length ? [.. now.Select((one, i) => Math.Max(Peaks[i], one.Queue))] : [.. now.Select(one => one.Queue)];
        Views = now;
    }

    public ListenerSightings Copy() => (ListenerSightings)MemberwiseClone();
}
