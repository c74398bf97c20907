using LoadLab.Kernel;

namespace LoadLab.Lab;

/// <summary>A listener that a watch tells.</summary>
/// <param name="Socket">As the kernel tells it.</param>
/// <param name="Place">Where it listens.</param>
/// <param name="Address">The same as text.</param>
/// <param name="Name">Its own name among those at the same place.</param>
/// <param name="HalfOpen">Half-open requests at its place.</param>
/// <param name="NewDrops">Packets dropped since the look before.</param>
internal readonly record struct ToldListener(DiagSocket Socket, SocketEndPoint Place, string Address, string Name, long HalfOpen, long NewDrops);

/// <summary>Chooses the listeners that a watch tells, and gives each a name that it keeps for life.</summary>
/// <remarks>Not thread-safe. A name is made once for each listener; one that is gone frees its own.</remarks>
internal sealed class ListenerNames
{
    private readonly Dictionary<ulong, Known> known = [];
    private readonly HashSet<string> taken = [];
    private readonly Dictionary<SocketEndPoint, long> requests = [];
    private readonly HashSet<SocketEndPoint> places = [];
    private readonly List<ToldListener> all = [];
    private int look;

    /// <summary>The busiest ones: the longest queue first, then new drops, half-open requests, drops; among idle ones the oldest.</summary>
    public IReadOnlyList<ToldListener> Told(SocketCensus census, int most)
    {
        look++;
        Requests(census);
        all.Clear();
        foreach (var socket in census.Listeners)
        {
            var place = new SocketEndPoint(socket.Source, socket.SourcePort);
            var one = Know(socket, place);
            var drops = socket.Drops ?? 0;
            all.Add(new ToldListener(socket, place, one.Address, one.Name, requests.GetValueOrDefault(place), one.Drops is { } earlier ? drops - earlier : 0));
            (one.Drops, one.Look) = (drops, look);
        }

        Forget();
        all.Sort(BusiestFirst);
        return all.Count <= most ? all : all.GetRange(0, most);
    }

    private static int BusiestFirst(ToldListener one, ToldListener other) =>
        one.Socket.ReceiveQueue != other.Socket.ReceiveQueue ? other.Socket.ReceiveQueue.CompareTo(one.Socket.ReceiveQueue)
        : one.NewDrops != other.NewDrops ? other.NewDrops.CompareTo(one.NewDrops)
        : one.HalfOpen != other.HalfOpen ? other.HalfOpen.CompareTo(one.HalfOpen)
        : (one.Socket.Drops ?? 0) != (other.Socket.Drops ?? 0) ? (other.Socket.Drops ?? 0).CompareTo(one.Socket.Drops ?? 0)
        : one.Socket.Inode.CompareTo(other.Socket.Inode);

    // A request has the address that the SYN was sent to, which a listener on "any" does not have itself; one on "any" of IPv6 takes IPv4 where nobody else
    // does.
    private void Requests(SocketCensus census)
    {
        requests.Clear();
        if (census.HalfOpen.Count == 0)
        {
            return;
        }

        places.Clear();
        foreach (var socket in census.Listeners)
        {
            _ = places.Add(new SocketEndPoint(socket.Source, socket.SourcePort));
        }

        foreach (var (to, count) in census.HalfOpen)
        {
            var taker = places.Contains(to) ? to : places.Contains(to.Any) ? to.Any : new SocketEndPoint(0, to.Port);
            requests[taker] = requests.GetValueOrDefault(taker) + count;
        }
    }

    private Known Know(DiagSocket socket, SocketEndPoint place)
    {
        if (known.TryGetValue(socket.Cookie, out var one))
        {
            return one;
        }

        var address = place.ToString();
        var name = address;
        for (var number = 2; !taken.Add(name); number++)
        {
            name = $"{address} ({number})";
        }

        return known[socket.Cookie] = new Known(address, name);
    }

    private void Forget()
    {
        if (known.Count == all.Count)
        {
            return;
        }

        foreach (var (cookie, one) in known.Where(pair => pair.Value.Look != look).ToList())
        {
            _ = known.Remove(cookie);
            _ = taken.Remove(one.Name);
        }
    }

    private sealed class Known(string address, string name)
    {
        public string Address => address;

        public string Name => name;

        public long? Drops { get; set; }

        public int Look { get; set; }
    }
}
