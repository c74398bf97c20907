using static LoadLab.Model.Units;

namespace LoadLab.Model;

/// <summary>What LoadLab's server says of itself.</summary>
public static class ServerWitnesses
{
    private const string Recv = "net/ipv4/tcp.c tcp_recvmsg_locked";
    private const string Accept = "net/ipv4/inet_connection_sock.c inet_csk_accept";
    private static readonly WitnessGroup Group = new(Sampler.Server, WitnessFamily.ServerCalls, Accept);

    /// <summary>accept() that gave a connection.</summary>
    public static Witness Accepted { get; } = Group.Add("server.accepted", Connections, "Connections that accept() returned.");

    /// <summary>Accepted connections still open.</summary>
    public static Witness Open { get; } = Group.Add("server.open", Connections, "Accepted connections that the server still holds.", isPresent: true);

    /// <summary>Connections shed.</summary>
    public static Witness Shed { get; } = Group.Add(
        "server.shed", Connections, "Connections accepted at the descriptor limit with the one in reserve, and closed at once.");

    /// <summary>accept() that failed.</summary>
    public static Witness FailedAccepts { get; } = Group.Add(
        "server.failed-accepts", Calls, "accept() that failed, EAGAIN and EINTR apart.", source: "net/socket.c __sys_accept4_file");

    /// <summary>Failed calls by errno.</summary>
    public static Witness<Errno> Failures { get; } = Group.Add("server.failures.ERRNO", Parameters.Errno, Calls,
        "System calls of the server that failed with this errno.", source: "net/socket.c __sys_accept4_file");

    /// <summary>End of stream read.</summary>
    public static Witness EndOfStream { get; } = Group.Add(
        "server.end-of-stream", Connections, "Connections on which recv() returned 0: the client had closed.", source: Recv);

    /// <summary>Bytes read.</summary>
    public static Witness BytesRead { get; } = Group.Add("server.bytes-read", Bytes, "Bytes that recv() returned.", source: Recv);

    /// <summary>Segments retransmitted.</summary>
    public static Witness Retransmits { get; } = Group.Add(
        "server.retransmits", Packets, "Segments retransmitted: tcpi_total_retrans of the accepted sockets, their SYN-ACKs included.",
        of: WitnessFamily.ServerSockets, source: "net/ipv4/tcp.c tcp_get_info (tcpi_total_retrans)");

    /// <summary>TCP_DEFER_ACCEPT as the kernel has it.</summary>
    public static Witness DeferAccept { get; } = Group.Add(
        "server.defer-accept", Seconds, "TCP_DEFER_ACCEPT of the listener as the kernel has rounded it.", of: WitnessFamily.Listener,
        source: "net/ipv4/tcp.c do_tcp_getsockopt (rskq_defer_accept)");

    /// <summary>First end of a connection with an errno.</summary>
    public static Witness<Errno> ErrorFirstSeen { get; } = Group.Add(
        "server.errno.ERRNO.first-seen", Parameters.Errno, Seconds, "When a call on an accepted connection first failed with this errno.",
        kind: QuantityKind.Moment, source: Recv);

    /// <summary>Connections that ended with an errno.</summary>
    public static Witness<Errno> Errors { get; } = Group.Add(
        "server.errno.ERRNO", Parameters.Errno, Connections, "Accepted connections on which recv() or send() failed with this errno.", source: Recv);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Witness> All => Group.Rows;
}
