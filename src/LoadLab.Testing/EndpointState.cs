namespace LoadLab.Testing;

/// <summary>What an endpoint has done since it was handed out, and what the kernel says of its sockets now.</summary>
/// <remarks>The connections by which an endpoint proved itself are not in it.</remarks>
public sealed record EndpointState
{
    /// <summary>Connections that accept4(2) returned.</summary>
    public long Accepted { get; init; }

    /// <summary>Connections that the endpoint ended with a RST.</summary>
    public long Reset { get; init; }

    /// <summary>Connections that ended otherwise: closed by the endpoint, or after the client had closed or failed.</summary>
    public long Closed { get; init; }

    /// <summary>Accepted connections that the endpoint still holds.</summary>
    public long Open { get; init; }

    /// <summary>Answers sent.</summary>
    public long Answers { get; init; }

    /// <summary>Bytes read from all connections.</summary>
    public long BytesRead { get; init; }

    /// <summary>Bytes that clients have sent and the endpoint has not read: what its kernel holds for accepted and for queued connections.</summary>
    /// <remarks>By sock_diag: net/ipv4/tcp_diag.c (idiag_rqueue). Null where the kernel answers no sock_diag requests.</remarks>
    public long? BytesUnread { get; init; }

    /// <summary>accept4(2) calls that failed with EMFILE.</summary>
    public long DescriptorLimitReached { get; init; }

    /// <summary>Connections in the accept queue now: established, not yet accepted. Null for an endpoint that does not listen.</summary>
    /// <remarks>By TCP_INFO of the listener: net/ipv4/tcp.c tcp_get_info (tcpi_unacked). A connection whose client has closed keeps its place.</remarks>
    public long? AcceptQueue { get; init; }

    /// <summary>The live backlog: the smaller of what was asked for and net.core.somaxconn. The queue holds one more. Null as above.</summary>
    public long? LiveBacklog { get; init; }

    /// <summary>Packets that the kernel dropped at the listener, in packets: SYNs of new connects, and each of their retransmissions.</summary>
    /// <remarks>By SO_MEMINFO (sk_drops). Null for an endpoint that does not listen, and before Linux 4.12.</remarks>
    public long? PacketsDropped { get; init; }

    /// <summary>Connects whose first SYN was dropped by an endpoint that drops the first ones; else 0.</summary>
    public long ConnectsDropped { get; init; }
}
