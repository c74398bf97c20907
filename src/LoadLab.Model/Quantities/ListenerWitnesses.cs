using System.Collections.Immutable;
using static LoadLab.Model.Units;

namespace LoadLab.Model;

/// <summary>What is seen of the listeners by one of two ways into the kernel. Both read the same fields of the same socket.</summary>
public sealed class ListenerWitnesses
{
    private const string Queue = "include/net/sock.h sk_acceptq_added, sk_acceptq_removed";
    private const string Backlog = "net/socket.c __sys_listen (sk_max_ack_backlog)";
    private const string Dropped = "include/net/tcp.h tcp_listendrop (sk_drops)";
    private readonly WitnessGroup group;

    private ListenerWitnesses(ListenerWitness by, Sampler sampler)
    {
        By = by;
        group = new WitnessGroup(sampler, WitnessFamily.Listener, Queue);
        var name = EnumWords<ListenerWitness>.Of(by).Replace('-', '_');
        Last = group.Add($"{name}.accept-queue.last", Connections, "Connections in the accept queue of the fullest listener.", isPresent: true);
        Peak = group.Add($"{name}.accept-queue.peak", Connections, "Most connections that were seen in the accept queue of the fullest listener.",
            WitnessTiming.Peak);
        Least = group.Add($"{name}.accept-queue.least", Connections, "Connections in the accept queue of the emptiest listener.", isPresent: true);
        Total = group.Add($"{name}.accept-queue.total", Connections, "Connections in all accept queues together.", isPresent: true);
        Emptied = group.Add($"{name}.accept-queue.emptied", Seconds, "When all accept queues were last found empty after something had been in them.",
            WitnessTiming.Passing);
        BacklogLast = group.Add($"{name}.live-backlog.last", Connections, "Live backlog of the fullest listener.", source: Backlog);
        BacklogLeast = group.Add($"{name}.live-backlog.least", Connections, "Smallest live backlog of the listeners.", source: Backlog);
        Drops = group.Add($"{name}.drops.last", Packets, "Packets that the listeners dropped.", source: Dropped);
        FirstDrop = group.Add($"{name}.drops.first-seen", Seconds, "When a listener was first seen to have dropped a packet.", WitnessTiming.Change,
            source: Dropped);
        RoomAtFirstDrop = group.Add(
            $"{name}.room-at-first-drop", Connections, "Free slots of all accept queues together when the first drop was seen.", WitnessTiming.Change,
            source: "net/core/sock_reuseport.c reuseport_select_sock");
    }

    /// <summary>By sock_diag, from the conductor.</summary>
    public static ListenerWitnesses SockDiag { get; } = new(ListenerWitness.SockDiag, Sampler.Ticks);

    /// <summary>By TCP_INFO, from the server itself.</summary>
    public static ListenerWitnesses TcpInfo { get; } = new(ListenerWitness.TcpInfo, Sampler.ServerTicks);

    /// <summary>Both.</summary>
    public static ImmutableArray<ListenerWitnesses> Both { get; } = [SockDiag, TcpInfo];

    /// <summary>Which way.</summary>
    public ListenerWitness By { get; }

    /// <summary>Queue of the fullest listener.</summary>
    public Witness Last { get; }

    /// <summary>Its peak.</summary>
    public Witness Peak { get; }

    /// <summary>Queue of the emptiest listener.</summary>
    public Witness Least { get; }

    /// <summary>All queues.</summary>
    public Witness Total { get; }

    /// <summary>When they were emptied.</summary>
    public Witness Emptied { get; }

    /// <summary>Live backlog.</summary>
    public Witness BacklogLast { get; }

    /// <summary>Smallest live backlog.</summary>
    public Witness BacklogLeast { get; }

    /// <summary>Drops.</summary>
    public Witness Drops { get; }

    /// <summary>When the first came.</summary>
    public Witness FirstDrop { get; }

    /// <summary>Room elsewhere at that time.</summary>
    public Witness RoomAtFirstDrop { get; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Witness> All => group.Rows;
}
