namespace LoadLab.KernelModel;

/// <summary>What listeners have counted since the run began; all of a run's listeners share one.</summary>
internal sealed class ListenerFigures
{
    /// <summary>Handshakes that ended in an accept queue.</summary>
    public long Established { get; set; }

    /// <summary>TCPReqQFullDrop.</summary>
    public long FullDrops { get; set; }

    /// <summary>SYNs dropped for the last quarter of tcp_max_syn_backlog.</summary>
    public long QuarterDrops { get; set; }

    /// <summary>TCPReqQFullDoCookies.</summary>
    public long FullDoCookies { get; set; }

    /// <summary>SyncookiesSent.</summary>
    public long CookiesSent { get; set; }

    /// <summary>SyncookiesRecv.</summary>
    public long CookiesReceived { get; set; }

    /// <summary>ListenOverflows: SYNs and packets that would end a handshake which met a full accept queue.</summary>
    public long Overflows { get; set; }

    /// <summary>Packets that tcp_v4_rcv discarded for a request: counted in sk_drops beside ListenDrops.</summary>
    public long Discards { get; set; }

    /// <summary>TCPDeferAcceptDrop.</summary>
    public long Deferred { get; set; }

    /// <summary>EmbryonicRsts of tcp_abort_on_overflow: requests answered by a RST.</summary>
    public long Resets { get; set; }

    /// <summary>SYN-ACKs sent, retransmitted ones and those with a cookie included.</summary>
    public long SynAcksSent { get; set; }

    /// <summary>SYN-ACKs retransmitted by timer.</summary>
    public long SynAcksAgain { get; set; }

    /// <summary>Timers of half-open requests that fired: their part of TCPTimeouts.</summary>
    public long Timeouts { get; set; }

    /// <summary>Requests given up.</summary>
    public long Expired { get; set; }

    /// <summary>ListenDrops.</summary>
    public long Drops => FullDrops + QuarterDrops + Overflows;

    /// <summary>The listeners' own sk_drops.</summary>
    public long ListenerDrops => Drops + Discards;
}
