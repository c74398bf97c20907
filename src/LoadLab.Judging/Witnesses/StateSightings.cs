using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>Sockets by TCP state, seen so far: of the clients, of the server, of both together.</summary>
internal sealed class StateSightings
{
    private static readonly StateFigures NoSocket = new(0, 0);

    /// <summary>At least one sweep was made.</summary>
    public bool Any { get; private set; }

    public Dictionary<string, StateFigures> Client { get; private init; } = [];

    public Dictionary<string, StateFigures> Server { get; private init; } = [];

    public Dictionary<string, StateFigures> Both { get; private init; } = [];

    /// <summary>TIME-WAIT of the whole namespace by /proc/net/sockstat; null when it was not read.</summary>
    public long? TimeWait { get; private set; }

    /// <summary>Orphans of the whole kernel by /proc/net/sockstat; null when it was not read.</summary>
    public long? Orphans { get; private set; }

    /// <summary>Connections that were not accepted and whose client has closed: in the last sweep, and at most.</summary>
    public StateFigures QueuedClosed { get; private set; } = NoSocket;

    public void Fold(StatesSeen seen)
    {
        Any = true;
        QueuedClosed = new StateFigures(Math.Max(QueuedClosed.Peak, seen.QueuedClosed), seen.QueuedClosed);
        TimeWait = seen.TimeWait ?? TimeWait;
        Orphans = seen.Orphans ?? Orphans;
        Update(Client, seen.Client);
        Update(Server, seen.Server);
        Update(Both, seen.Client.Concat(seen.Server).GroupBy(pair => pair.Key).Select(group => KeyValuePair.Create(group.Key, group.Sum(pair => pair.Value))));
    }

    public StateSightings Copy() => new() { Any = Any, TimeWait = TimeWait, Orphans = Orphans, QueuedClosed = QueuedClosed, Client = new(Client),
        Server = new(Server), Both = new(Both) };

    public static StateFigures Of(Dictionary<string, StateFigures> side, string state) => side.GetValueOrDefault(state, NoSocket);

    private static void Update(Dictionary<string, StateFigures> figures, IEnumerable<KeyValuePair<string, long>> sweep)
    {
        // A state that the sweep does not list has no socket now.
        foreach (var state in figures.Keys.ToList())
        {
            figures[state] = figures[state] with { Last = 0 };
        }

        foreach (var (state, count) in sweep)
        {
            figures[state] = new StateFigures(Math.Max(Of(figures, state).Peak, count), count);
        }
    }
}
