namespace LoadLab.Planning.Rules;

/// <summary>What a listener has and has counted. HalfOpen, Young and Queue are of this moment; the others count from the start.</summary>
internal sealed record ListenerCounts
{
    /// <summary>Half-open requests: the SYN queue's length.</summary>
    public long HalfOpen { get; init; }

    /// <summary>Those of them whose timer has not fired yet.</summary>
    public long Young { get; init; }

    /// <summary>Connections in the accept queue.</summary>
    public long Queue { get; init; }

    /// <summary>Connections that came out of accept().</summary>
    public long Accepted { get; init; }

    /// <summary>Connections that got into the accept queue.</summary>
    public long Established { get; init; }

    /// <summary>TCPReqQFullDrop.</summary>
    public long FullDrops { get; init; }

    /// <summary>SYNs dropped for the last quarter of tcp_max_syn_backlog.</summary>
    public long QuarterDrops { get; init; }

    /// <summary>TCPReqQFullDoCookies.</summary>
    public long FullDoCookies { get; init; }

    /// <summary>SyncookiesSent.</summary>
    public long CookiesSent { get; init; }

    /// <summary>SyncookiesRecv.</summary>
    public long CookiesReceived { get; init; }

    /// <summary>ListenOverflows.</summary>
    public long Overflows { get; init; }

    /// <summary>Those of the overflows that were the last packet of a half-open request's handshake.</summary>
    public long IgnoredFinalAcks { get; init; }

    /// <summary>SYN-ACKs sent again by timer.</summary>
    public long SynAcksAgain { get; init; }

    /// <summary>Timers of half-open requests that fired: their part of TCPTimeouts.</summary>
    public long Timeouts { get; init; }

    /// <summary>Requests given up.</summary>
    public long Expired { get; init; }

    /// <summary>ListenDrops: each packet that was dropped, whatever for.</summary>
    public long Drops => FullDrops + QuarterDrops + Overflows;

    /// <summary>The listener's own sk_drops: a SYN counts once; a final ACK twice, by tcp_listendrop and by tcp_v4_rcv's discard_and_relse.</summary>
    public long ListenerDrops => Drops + IgnoredFinalAcks;
}
