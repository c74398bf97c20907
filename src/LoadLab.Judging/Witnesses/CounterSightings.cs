using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>The kernel's counters as far as they moved, and since when.</summary>
internal sealed class CounterSightings
{
    private readonly Dictionary<string, ulong> deltas = [];
    private readonly Dictionary<string, Nanoseconds> firstSeen = [];
    private readonly Dictionary<string, Nanoseconds> lastSeen = [];
    private readonly HashSet<string> absent = [];

    public CounterSightings()
    {
    }

    private CounterSightings(CounterSightings other)
    {
        (Any, deltas, firstSeen, lastSeen, absent) = (other.Any, new(other.deltas), new(other.firstSeen), new(other.lastSeen), new(other.absent));
    }

    /// <summary>The counters were read at least once.</summary>
    public bool Any { get; private set; }

    /// <summary>Those that moved.</summary>
    public IEnumerable<Counter> Moved => deltas.Keys.Select(name => new Counter(name));

    public void Fold(CountersSeen seen)
    {
        Any = true;
        absent.UnionWith(seen.Absent.IsDefaultOrEmpty ? [] : seen.Absent);
        foreach (var (name, delta) in seen.Delta)
        {
            if (deltas.GetValueOrDefault(name) != delta)
            {
                lastSeen[name] = seen.T;
            }

            deltas[name] = delta;
            if (delta > 0)
            {
                firstSeen.TryAdd(name, seen.T);
            }
        }
    }

    /// <summary>The delta since the start, 0 for one that did not move; null when it was not read or this kernel does not have it.</summary>
    public ulong? Delta(Counter counter) => deltas.TryGetValue(counter.Name, out var delta) ? delta : !Any || absent.Contains(counter.Name) ? null : 0;

    /// <summary>When it was first seen to have moved.</summary>
    public Nanoseconds? FirstSeen(Counter counter) => firstSeen.TryGetValue(counter.Name, out var moment) ? moment : null;

    /// <summary>When it was last seen to have moved again.</summary>
    public Nanoseconds? LastSeen(Counter counter) => lastSeen.TryGetValue(counter.Name, out var moment) ? moment : null;

    public CounterSightings Copy() => new(this);
}
