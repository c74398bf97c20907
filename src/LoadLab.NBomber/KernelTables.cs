using System.Collections.Immutable;
using System.Data;
using LoadLab.Model;

namespace LoadLab.NBomber;

/// <summary>What the kernel showed during a test, as tables: its counters, the listeners' queues, and failures by errno.</summary>
/// <remarks>Concurrency: the sampler's thread folds, any thread asks for the tables; one lock.</remarks>
internal sealed class KernelTables
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<int, (long Peak, ListenerView Last)> listeners = [];
    private ImmutableSortedDictionary<string, ulong> counters = ImmutableSortedDictionary<string, ulong>.Empty;
    private long halfOpenPeak;

    /// <summary>The longest accept queue in any look, with its limit; null before the first look.</summary>
    public (long Peak, long Limit)? AcceptQueue
    {
        get
        {
            lock (gate)
            {
                return listeners.Count == 0 ? null : listeners.Values.Select(one => (one.Peak, one.Last.LiveBacklog)).MaxBy(one => one.Peak - one.LiveBacklog);
            }
        }
    }

    /// <summary>How much a counter has moved.</summary>
    public ulong Moved(string counter)
    {
        lock (gate)
        {
            return counters.GetValueOrDefault(counter);
        }
    }

    /// <summary>Takes the next observation.</summary>
    public void Fold(Observation observation)
    {
        lock (gate)
        {
            switch (observation)
            {
                case CountersSeen moved:
                    counters = moved.Delta;
                    break;
                case StatesSeen states:
                    halfOpenPeak = Math.Max(halfOpenPeak, states.Server.GetValueOrDefault("SYN-RECV"));
                    break;
                case ListenersSeen looked:
                    foreach (var listener in looked.Listeners)
                    {
                        listeners[listener.Id] = (Math.Max(listener.Queue, listeners.GetValueOrDefault(listener.Id).Peak), listener);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>The tables.</summary>
    /// <param name="name">Of the set.</param>
    /// <param name="errnos">Status codes with their counts, as NBomber has them.</param>
    public DataSet Tables(string name, IEnumerable<(string StatusCode, long Count)> errnos)
    {
        var set = new DataSet(name);
        lock (gate)
        {
            Add(set, "Queues", ["listener", "accept queue, peak", "accept queue, last", "live backlog", "packets dropped", "SYN queue, peak"],
                listeners.Select(pair => new object[] { pair.Key, pair.Value.Peak, pair.Value.Last.Queue, pair.Value.Last.LiveBacklog,
                    pair.Value.Last.Drops?.ToString() ?? "-", halfOpenPeak }));
            Add(set, "Kernel counters that moved", ["counter", "by"],
                counters.Where(pair => pair.Value > 0).Select(pair => new object[] { pair.Key, pair.Value }));
        }

        Add(set, "Failures by errno", ["errno", "count", "what it means"],
            errnos.Where(one => Errno.TryParse(one.StatusCode, out _))
                .Select(one => new object[] { one.StatusCode, one.Count, Errno.TryParse(one.StatusCode, out var errno) ? errno.Sentence : "" }));
        return set;
    }

    private static void Add(DataSet set, string name, string[] columns, IEnumerable<object[]> rows)
    {
        var table = new DataTable(name);
        foreach (var column in columns)
        {
            // NBomber's reports use captions as headings.
            table.Columns.Add(new DataColumn(column, typeof(string)) { Caption = column });
        }

        foreach (var row in rows)
        {
            _ = table.Rows.Add([.. row.Select(value => (object)$"{value}")]);
        }

        set.Tables.Add(table);
    }
}
