using System.Collections.Frozen;
using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>Every name that an expectation can ask, with how it is read; <c>*</c> stands for an errno, a counter, a TCP state or a kind of segment.</summary>
/// <remarks>A new witness is a new row. The first row that fits is taken, so the longer pattern stands before the shorter.</remarks>
public static class WitnessTable
{
    private static readonly ImmutableArray<WitnessForm> Rows =
    [
        Client("attempted", clients => clients.Attempted),
        Client("established", clients => clients.Established),
        Client("failed", clients => clients.Failed),
        Client("pending", clients => clients.Pending),
        Client("gave-up", clients => clients.GaveUp),
        Reported("open", clients => clients.Open),
        Reported("syn-retransmits", clients => clients.SynRetransmits),
        Reported("syns-unanswered", clients => clients.Attempted + clients.SynRetransmits - clients.Established),
        Reported("senders", clients => clients.Senders),
        Reported("data-retransmits", clients => clients.DataRetransmits),
        new("clients.broken.*.first-seen", "clients", (seen, name) => IfErrno(name, errno => IfCounted(seen.Clients, _ =>
            Reading.At(seen.SyscallFailures.Where(pair => pair.Key.Role == Role.Swarm && pair.Key.Errno == errno).Select(pair => (Nanoseconds?)pair.Value.First).Min())))),
        new("clients.broken.*", "clients", (seen, name) => IfErrno(name, errno => IfCounted(seen.Clients, _ =>
            new(seen.SyscallFailures.Where(pair => pair.Key.Role == Role.Swarm && pair.Key.Errno == errno).Sum(pair => pair.Value.Count))))),
        new("clients.off-step", "clients", (seen, _) => IfCounted(seen.Clients, clients =>
            new(clients.Latency.Buckets().Where(bucket => !seen.SynSchedule.Explains(bucket.From, bucket.To)).Sum(bucket => bucket.Count)))),
        new("clients.failed-at.*", "clients", (seen, syscall) => IfCounted(seen.Clients, clients =>
            new(clients.Failures.Where(pair => pair.Key.Syscall == syscall).Sum(pair => pair.Value.Count)))),
        new("clients.errno.*.first-seen", "clients", (seen, name) => IfErrno(name, errno => IfCounted(seen.Clients, clients => Reading.At(clients.FirstFailure(errno))))),
        new("clients.errno.*", "clients", (seen, name) => IfErrno(name, errno => IfCounted(seen.Clients, clients =>
            new(clients.Failures.Where(pair => pair.Key.Errno == errno).Sum(pair => pair.Value.Count))))),
        .. OwnTimes("own-time", isFailed: false),
        .. OwnTimes("own-time.failed", isFailed: true),
        Latency("p50", histogram => histogram.Quantile(0.50)),
        Latency("p90", histogram => histogram.Quantile(0.90)),
        Latency("p99", histogram => histogram.Quantile(0.99)),
        Latency("max", histogram => histogram.Max),
        Latency("min", histogram => histogram.Min),
        new("counters.*.first-seen", "counters", (seen, name) => IfCounter(seen, name, _ => Reading.At(seen.Counters.FirstSeen(name)))),
        new("counters.*.last-seen", "counters", (seen, name) => IfCounter(seen, name, _ => Reading.At(seen.Counters.LastSeen(name)))),
        new("counters.*", "counters", (seen, name) => IfCounter(seen, name, delta => new(delta))),
        .. PacketWitnesses.Rows,
        .. ProcessWitnesses.Rows,
        .. ProbeWitnesses.Rows,
        .. SessionWitnesses.Rows,
        .. SystemWitnesses.Rows,
        new("sock_diag.synack-retransmits", "sock_diag", (seen, _) => seen.HalfOpen is { } halfOpen ? new(halfOpen.SynAckRetransmits) : Reading.Unseen("the half-open requests were not looked at")),
        .. Listener("sock_diag", seen => seen.SockDiag),
        .. Listener("tcp_info", seen => seen.TcpInfo),
        .. States("client", states => states.Client),
        .. States("server", states => states.Server),
        .. States("both", states => states.Both),
        new("sockstat.time-wait", "sockstat", (seen, _) => seen.States.TimeWait is { } waiting ? new(waiting) : Reading.Unseen("/proc/net/sockstat was not read")),
        Server("accepted", tally => tally.Accepted),
        Server("open", tally => tally.Open),
        Server("shed", tally => tally.Shed),
        Server("failed-accepts", tally => tally.FailedAccepts),
        new("server.failures.*", "server", (seen, name) => IfErrno(name, errno => IfTally(seen, _ => seen.ServerFailures.GetValueOrDefault(errno)))),
        Server("end-of-stream", tally => tally.EndOfStream),
        Server("bytes-read", tally => tally.BytesRead),
        new("server.retransmits", "server", (seen, _) => seen.Server is { Retransmits: null }
            ? Reading.Unseen("the server did not ask its connections what they had sent again")
            : IfTally(seen, tally => tally.Retransmits!.Value)),
        new("server.defer-accept", "server", (seen, _) => seen.Server is { DeferAccept: { } live } ? new(live.Value / 1_000_000_000m) : Reading.Unseen("the server never read TCP_DEFER_ACCEPT")),
        Tool("ok", figures => figures.Ok),
        Tool("failed", figures => figures.Failed),
        Peer("flows", tally => tally.Flows),
        Peer("answered", tally => tally.Answered),
        Peer("unanswered", tally => tally.Flows - tally.Answered),
        Peer("half-open", tally => tally.HalfOpen),
        Peer("syn-acks", tally => tally.SynAcks),
        Peer("syn-acks-again", tally => tally.SynAcks - tally.Answered),
        Peer("resets", tally => tally.Resets),
        Peer("fins", tally => tally.Fins),
        Peer("acknowledged", tally => tally.Acknowledged),
        Peer("echoed", tally => tally.Echoed),
        new("peer.option.*", "peer", (seen, option) => IfPeer(seen, tally => tally.Options.GetValueOrDefault(option))),
        new("peer.sent.*", "peer", (seen, what) => IfPeer(seen, tally => tally.Sent.GetValueOrDefault(what))),
        new("server.errno.*.first-seen", "server", (seen, name) => IfErrno(name, errno =>
            seen.Server is null ? Reading.Unseen("the server never said what it did") : Reading.At(seen.ServerErrors.TryGetValue(errno, out var moment) ? moment : null))),
        new("server.errno.*", "server", (seen, name) => IfErrno(name, errno => IfTally(seen, tally => tally.Errors.GetValueOrDefault(errno)))),
    ];

    // A witness is blind when its sampler lost samples, and also when the pipe that carries them did: the conductor's or the server's.
    private static readonly FrozenDictionary<string, ImmutableArray<string>> LostWith = new Dictionary<string, ImmutableArray<string>>
    {
        ["sock_diag"] = ["sock_diag", "conductor"],
        ["counters"] = ["counters", "conductor"],
        ["sockstat"] = ["conductor"],
        ["packets"] = ["packets", "conductor"],
        ["tcp_info"] = ["tcp_info", "server"],
        ["server"] = ["server"],
        ["peer"] = ["peer"],
        ["tool"] = [],
        ["process"] = ["conductor", "server", "clients"],
        ["probe"] = ["probe", "conductor"],
        ["file-nr"] = ["file-nr", "conductor"],
        ["kernel-log"] = ["kernel-log", "conductor"],
        ["clients"] = ["clients"],
    }.ToFrozenDictionary();

    /// <summary>All names, with <c>*</c> for an errno, a counter or a TCP state.</summary>
    public static IEnumerable<string> Patterns => Rows.Select(row => row.Pattern);

    /// <summary>True when a name, with or without <c>@phase</c>, can be asked.</summary>
    public static bool Knows(string name) => WitnessPair.Asked(name).All(one => Array.Exists([.. Rows], row => row.Argument(WitnessName.Parse(one).Name) is not null));

    internal static Reading Read(Sightings seen, IReadOnlyDictionary<string, (long Count, string Why)> losses, string name)
    {
        foreach (var row in Rows)
        {
            if (row.Argument(name) is { } argument)
            {
                return LostWith[row.Source].FirstOrDefault(losses.ContainsKey) is { } source
                    ? Reading.Unseen($"{Words.Count(losses[source].Count, "sample")} of {source} lost: {losses[source].Why}")
                    : row.Read(seen, argument);
            }
        }

        return Reading.Unseen("there is no witness of this name");
    }

    private static WitnessForm Client(string name, Func<ClientSightings, long> value) =>
        new($"clients.{name}", "clients", (seen, _) => IfCounted(seen.Clients, clients => new(value(clients))));

    private static WitnessForm Reported(string name, Func<ClientSightings, long> value) =>
        new($"clients.{name}", "clients", (seen, _) => IfCounted(seen.Clients, clients =>
            clients.AllReported ? new(value(clients)) : Reading.Unseen("not every swarm worker has reported on its sockets")));

    private static WitnessForm Latency(string name, Func<LatencyHistogram, Nanoseconds?> value) =>
        new($"clients.latency.{name}", "clients", (seen, _) => IfCounted(seen.Clients, clients =>
            clients.Latency.Count > 0 ? new(value(clients.Latency)?.Value / 1_000_000_000m) : Reading.Unseen("no connection was established")));

    // A connect's own time is told of one load: the last one that had begun at the moment asked for.
    private static IEnumerable<WitnessForm> OwnTimes(string name, bool isFailed) =>
        ((string Name, double Quantile)[])[("p50", 0.50), ("p90", 0.90), ("p99", 0.99)] is var quantiles
            ? quantiles.Select(one => new WitnessForm($"clients.{name}.{one.Name}", "clients", (seen, _) => IfCounted(seen.Clients, clients =>
                clients.OwnTimes.OfLastLoad(isFailed) is { Count: > 0 } times ? new(times.Quantile(one.Quantile)?.Value / 1_000_000_000m) : Reading.Unseen("no connect of this load was answered at once"))))
            : [];

    private static IEnumerable<WitnessForm> Listener(string source, Func<Sightings, ListenerSightings> side)
    {
        WitnessForm Row(string name, Func<Sightings, ListenerSightings, Reading> read) => new($"{source}.{name}", source, (seen, _) =>
            side(seen) is { Any: true } listeners ? read(seen, listeners) : Reading.Unseen($"{source} never saw a listener"));
        Reading IfDrops(ListenerSightings listeners, Func<long, Reading> read) =>
            listeners.Drops is { } drops ? read(drops) : Reading.Unseen("this kernel does not tell a listener's drops");
        yield return Row("accept-queue.last", (_, listeners) => new(listeners.Last));
        yield return Row("accept-queue.peak", (_, listeners) => new(listeners.Peak));
        yield return Row("accept-queue.least", (_, listeners) => new(listeners.Least));
        yield return Row("accept-queue.emptied", (_, listeners) => Reading.At(listeners.Emptied));
        yield return Row("accept-queue.total", (_, listeners) => new(listeners.Total));
        yield return Row("live-backlog.last", (_, listeners) => new(listeners.BacklogLast));
        yield return Row("live-backlog.least", (_, listeners) => new(listeners.BacklogLeast));
        yield return Row("drops.last", (_, listeners) => IfDrops(listeners, drops => new(drops)));
        yield return Row("drops.first-seen", (_, listeners) => IfDrops(listeners, _ => Reading.At(listeners.FirstDrop)));
        yield return Row("room-at-first-drop", (_, listeners) => IfDrops(listeners, _ =>
            listeners.FirstDrop is null ? Reading.Unseen("no listener dropped anything") : new(listeners.RoomAtFirstDrop)));
    }

    private static IEnumerable<WitnessForm> States(string side, Func<StateSightings, Dictionary<string, StateFigures>> figures)
    {
        WitnessForm Row(string name, Func<StateFigures, long> value) => new($"sock_diag.{side}.*.{name}", "sock_diag", (seen, state) =>
            seen.States.Any ? new(value(StateSightings.Of(figures(seen.States), state))) : Reading.Unseen("sock_diag never listed the sockets"));
        yield return Row("last", state => state.Last);
        yield return Row("peak", state => state.Peak);
    }

    private static WitnessForm Tool(string name, Func<ToolFigures, long> value) =>
        new($"tool.{name}", "tool", (seen, _) => seen.Tool.Count > 0 ? new(seen.Tool.Values.Sum(value)) : Reading.Unseen("the tool that paced the clients never said what it counted in all"));

    private static WitnessForm Peer(string name, Func<PeerTally, long> value) => new($"peer.{name}", "peer", (seen, _) => IfPeer(seen, value));

    private static WitnessForm Server(string name, Func<ServerTally, long> value) => new($"server.{name}", "server", (seen, _) => IfTally(seen, value));

    private static Reading IfCounted(ClientSightings clients, Func<ClientSightings, Reading> read) =>
        clients.Any ? read(clients) : Reading.Unseen("the swarm never said what it did");

    private static Reading IfTally(Sightings seen, Func<ServerTally, long> value) =>
        seen.Server is { } tally ? new(value(tally)) : Reading.Unseen("the server never said what it did");

    private static Reading IfPeer(Sightings seen, Func<PeerTally, long> value) =>
        seen.Peer is { } tally ? new(value(tally)) : Reading.Unseen("the scripted peer never said what it did");

    private static Reading IfErrno(string name, Func<Errno, Reading> read) =>
        Errno.TryParse(name, out var errno) ? read(errno) : Reading.Unseen($"there is no errno {name}");

    private static Reading IfCounter(Sightings seen, string name, Func<ulong, Reading> read) =>
        !seen.Counters.Any ? Reading.Unseen("the counters were never read")
        : seen.Counters.Delta(name) is { } delta ? read(delta)
        : Reading.Unseen($"this kernel has no counter {name}");
}
