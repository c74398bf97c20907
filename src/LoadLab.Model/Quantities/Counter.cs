using System.Collections.Frozen;
using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>A counter of /proc/net/snmp or /proc/net/netstat.</summary>
/// <param name="Name">As the kernel spells it, with its prefix: <c>TcpExt.ListenDrops</c>.</param>
public sealed record Counter(string Name)
{
    /// <summary>A SYN or a final ACK met a full accept queue.</summary>
    public static Counter ListenOverflows { get; } = new("TcpExt.ListenOverflows");

    /// <summary>A listener dropped a packet of a handshake, for whatever reason.</summary>
    public static Counter ListenDrops { get; } = new("TcpExt.ListenDrops");

    /// <summary>A SYN was dropped because the SYN queue was full.</summary>
    public static Counter SynQueueFullDrop { get; } = new("TcpExt.TCPReqQFullDrop");

    /// <summary>A SYN met a full SYN queue and was answered by a cookie.</summary>
    public static Counter SynQueueFullDoCookies { get; } = new("TcpExt.TCPReqQFullDoCookies");

    /// <summary>A SYN-ACK with a cookie was sent.</summary>
    public static Counter SyncookiesSent { get; } = new("TcpExt.SyncookiesSent");

    /// <summary>A cookie came back.</summary>
    public static Counter SyncookiesRecv { get; } = new("TcpExt.SyncookiesRecv");

    /// <summary>A half-open request was reset.</summary>
    public static Counter EmbryonicRsts { get; } = new("TcpExt.EmbryonicRsts");

    /// <summary>A bare final ACK was ignored under TCP_DEFER_ACCEPT.</summary>
    public static Counter DeferAcceptDrop { get; } = new("TcpExt.TCPDeferAcceptDrop");

    /// <summary>An established connection was reset, by either side.</summary>
    public static Counter EstabResets { get; } = new("Tcp.EstabResets");

    /// <summary>A connection was reset because there were too many sockets without a process or too little memory for TCP.</summary>
    public static Counter AbortOnMemory { get; } = new("TcpExt.TCPAbortOnMemory");

    /// <summary>A connection was given up after its last retransmission.</summary>
    public static Counter AbortOnTimeout { get; } = new("TcpExt.TCPAbortOnTimeout");

    /// <summary>A keepalive probe was sent.</summary>
    public static Counter KeepAlive { get; } = new("TcpExt.TCPKeepAlive");

    /// <summary>A retransmission timer fired.</summary>
    public static Counter Timeouts { get; } = new("TcpExt.TCPTimeouts");

    /// <summary>TCP of the whole machine came under memory pressure.</summary>
    public static Counter MemoryPressures { get; } = new("TcpExt.TCPMemoryPressures");

    /// <summary>A SYN or SYN-ACK was retransmitted.</summary>
    public static Counter SynRetrans { get; } = new("TcpExt.TCPSynRetrans");

    /// <summary>A segment was retransmitted.</summary>
    public static Counter RetransSegs { get; } = new("Tcp.RetransSegs");

    /// <summary>A connection became established on the side that had listened.</summary>
    public static Counter PassiveOpens { get; } = new("Tcp.PassiveOpens");

    /// <summary>A RST was sent.</summary>
    public static Counter OutRsts { get; } = new("Tcp.OutRsts");

    /// <summary>A SYN or SYN-ACK came for a connection that is there, and was answered by an ACK.</summary>
    public static Counter SynChallenge { get; } = new("TcpExt.TCPSYNChallenge");

    /// <summary>Packets that this machine dropped before any protocol got them (/proc/net/softnet_stat): of the whole machine, not of the namespace.</summary>
    public static Counter SoftnetDropped { get; } = new("Softnet.Dropped");

    /// <summary>All that Linux 6.18 has. A kernel may lack some and a newer one may have others.</summary>
    public static ImmutableArray<Counter> Known { get; } = Read(
        """
        Tcp.RtoAlgorithm Tcp.RtoMin Tcp.RtoMax Tcp.MaxConn Tcp.ActiveOpens Tcp.PassiveOpens Tcp.AttemptFails Tcp.EstabResets Tcp.CurrEstab
        Tcp.InSegs Tcp.OutSegs Tcp.RetransSegs Tcp.InErrs Tcp.OutRsts Tcp.InCsumErrors
        TcpExt.SyncookiesSent TcpExt.SyncookiesRecv TcpExt.SyncookiesFailed TcpExt.EmbryonicRsts TcpExt.PruneCalled TcpExt.RcvPruned
        TcpExt.OfoPruned TcpExt.OutOfWindowIcmps TcpExt.LockDroppedIcmps TcpExt.ArpFilter TcpExt.TW TcpExt.TWRecycled TcpExt.TWKilled
        TcpExt.PAWSActive TcpExt.PAWSEstab TcpExt.BeyondWindow TcpExt.TSEcrRejected TcpExt.PAWSOldAck TcpExt.PAWSTimewait
        TcpExt.DelayedACKs TcpExt.DelayedACKLocked TcpExt.DelayedACKLost TcpExt.ListenOverflows TcpExt.ListenDrops TcpExt.TCPHPHits
        TcpExt.TCPPureAcks TcpExt.TCPHPAcks TcpExt.TCPRenoRecovery TcpExt.TCPSackRecovery TcpExt.TCPSACKReneging TcpExt.TCPSACKReorder
        TcpExt.TCPRenoReorder TcpExt.TCPTSReorder TcpExt.TCPFullUndo TcpExt.TCPPartialUndo TcpExt.TCPDSACKUndo TcpExt.TCPLossUndo
        TcpExt.TCPLostRetransmit TcpExt.TCPRenoFailures TcpExt.TCPSackFailures TcpExt.TCPLossFailures TcpExt.TCPFastRetrans
        TcpExt.TCPSlowStartRetrans TcpExt.TCPTimeouts TcpExt.TCPLossProbes TcpExt.TCPLossProbeRecovery TcpExt.TCPRenoRecoveryFail
        TcpExt.TCPSackRecoveryFail TcpExt.TCPRcvCollapsed TcpExt.TCPBacklogCoalesce TcpExt.TCPDSACKOldSent TcpExt.TCPDSACKOfoSent
        TcpExt.TCPDSACKRecv TcpExt.TCPDSACKOfoRecv TcpExt.TCPAbortOnData TcpExt.TCPAbortOnClose TcpExt.TCPAbortOnMemory
        TcpExt.TCPAbortOnTimeout TcpExt.TCPAbortOnLinger TcpExt.TCPAbortFailed TcpExt.TCPMemoryPressures TcpExt.TCPMemoryPressuresChrono
        TcpExt.TCPSACKDiscard TcpExt.TCPDSACKIgnoredOld TcpExt.TCPDSACKIgnoredNoUndo TcpExt.TCPSpuriousRTOs TcpExt.TCPMD5NotFound
        TcpExt.TCPMD5Unexpected TcpExt.TCPMD5Failure TcpExt.TCPSackShifted TcpExt.TCPSackMerged TcpExt.TCPSackShiftFallback
        TcpExt.TCPBacklogDrop TcpExt.PFMemallocDrop TcpExt.TCPMinTTLDrop TcpExt.TCPDeferAcceptDrop TcpExt.IPReversePathFilter
        TcpExt.TCPTimeWaitOverflow TcpExt.TCPReqQFullDoCookies TcpExt.TCPReqQFullDrop TcpExt.TCPRetransFail TcpExt.TCPRcvCoalesce
        TcpExt.TCPOFOQueue TcpExt.TCPOFODrop TcpExt.TCPOFOMerge TcpExt.TCPChallengeACK TcpExt.TCPSYNChallenge TcpExt.TCPFastOpenActive
        TcpExt.TCPFastOpenActiveFail TcpExt.TCPFastOpenPassive TcpExt.TCPFastOpenPassiveFail TcpExt.TCPFastOpenListenOverflow
        TcpExt.TCPFastOpenCookieReqd TcpExt.TCPFastOpenBlackhole TcpExt.TCPSpuriousRtxHostQueues TcpExt.BusyPollRxPackets
        TcpExt.TCPAutoCorking TcpExt.TCPFromZeroWindowAdv TcpExt.TCPToZeroWindowAdv TcpExt.TCPWantZeroWindowAdv TcpExt.TCPSynRetrans
        TcpExt.TCPOrigDataSent TcpExt.TCPHystartTrainDetect TcpExt.TCPHystartTrainCwnd TcpExt.TCPHystartDelayDetect
        TcpExt.TCPHystartDelayCwnd TcpExt.TCPACKSkippedSynRecv TcpExt.TCPACKSkippedPAWS TcpExt.TCPACKSkippedSeq
        TcpExt.TCPACKSkippedFinWait2 TcpExt.TCPACKSkippedTimeWait TcpExt.TCPACKSkippedChallenge TcpExt.TCPWinProbe TcpExt.TCPKeepAlive
        TcpExt.TCPMTUPFail TcpExt.TCPMTUPSuccess TcpExt.TCPDelivered TcpExt.TCPDeliveredCE TcpExt.TCPAckCompressed
        TcpExt.TCPZeroWindowDrop TcpExt.TCPRcvQDrop TcpExt.TCPWqueueTooBig TcpExt.TCPFastOpenPassiveAltKey TcpExt.TcpTimeoutRehash
        TcpExt.TcpDuplicateDataRehash TcpExt.TCPDSACKRecvSegs TcpExt.TCPDSACKIgnoredDubious TcpExt.TCPMigrateReqSuccess
        TcpExt.TCPMigrateReqFailure TcpExt.TCPPLBRehash TcpExt.TCPAORequired TcpExt.TCPAOBad TcpExt.TCPAOKeyNotFound TcpExt.TCPAOGood
        TcpExt.TCPAODroppedIcmps
        IpExt.InNoRoutes IpExt.InTruncatedPkts IpExt.InMcastPkts IpExt.OutMcastPkts IpExt.InBcastPkts IpExt.OutBcastPkts IpExt.InOctets
        IpExt.OutOctets IpExt.InMcastOctets IpExt.OutMcastOctets IpExt.InBcastOctets IpExt.OutBcastOctets IpExt.InCsumErrors
        IpExt.InNoECTPkts IpExt.InECT1Pkts IpExt.InECT0Pkts IpExt.InCEPkts IpExt.ReasmOverlaps
        Ip.Forwarding Ip.DefaultTTL Ip.InReceives Ip.InHdrErrors Ip.InAddrErrors Ip.ForwDatagrams Ip.InUnknownProtos Ip.InDiscards
        Ip.InDelivers Ip.OutRequests Ip.OutDiscards Ip.OutNoRoutes Ip.ReasmTimeout Ip.ReasmReqds Ip.ReasmOKs Ip.ReasmFails Ip.FragOKs
        Ip.FragFails Ip.FragCreates Ip.OutTransmits
        Udp.InDatagrams Udp.NoPorts Udp.InErrors Udp.OutDatagrams Udp.RcvbufErrors Udp.SndbufErrors Udp.InCsumErrors Udp.IgnoredMulti
        Udp.MemErrors
        Icmp.InMsgs Icmp.InErrors Icmp.InCsumErrors Icmp.InDestUnreachs Icmp.InTimeExcds Icmp.InParmProbs Icmp.InSrcQuenchs
        Icmp.InRedirects Icmp.InEchos Icmp.InEchoReps Icmp.InTimestamps Icmp.InTimestampReps Icmp.InAddrMasks Icmp.InAddrMaskReps
        Icmp.OutMsgs Icmp.OutErrors Icmp.OutRateLimitGlobal Icmp.OutRateLimitHost Icmp.OutDestUnreachs Icmp.OutTimeExcds Icmp.OutParmProbs
        Icmp.OutSrcQuenchs Icmp.OutRedirects Icmp.OutEchos Icmp.OutEchoReps Icmp.OutTimestamps Icmp.OutTimestampReps Icmp.OutAddrMasks
        Icmp.OutAddrMaskReps
        Softnet.Dropped
        """);

    /// <summary>Those in every run.json where the kernel has them, also when they did not move.</summary>
    public static ImmutableArray<Counter> Reported { get; } = Read(
        """
        TcpExt.ListenOverflows TcpExt.ListenDrops TcpExt.TCPReqQFullDrop TcpExt.TCPReqQFullDoCookies TcpExt.SyncookiesSent TcpExt.SyncookiesRecv
        TcpExt.TCPSynRetrans TcpExt.TCPTimeouts TcpExt.TCPAbortOnData TcpExt.TCPAbortOnClose TcpExt.TCPAbortOnTimeout TcpExt.TCPLossProbes
        TcpExt.TCPDeferAcceptDrop TcpExt.EmbryonicRsts
        Tcp.ActiveOpens Tcp.PassiveOpens Tcp.AttemptFails Tcp.EstabResets Tcp.RetransSegs Tcp.OutRsts Softnet.Dropped
        """);

    /// <summary>Those by which it is seen that TCP has moved while witnesses were asked.</summary>
    /// <remarks>A connection that ends moves none of the reported ones. Every change that a segment makes moves the counts of segments
    /// (net/ipv4/tcp_ipv4.c tcp_v4_rcv).</remarks>
    public static ImmutableArray<Counter> Marks { get; } = [.. Reported.Remove(SoftnetDropped), new("TcpExt.TCPTimeWaitOverflow"), new("Tcp.InSegs"),
        new("Tcp.OutSegs")];

    private static readonly FrozenSet<Counter> KnownSet = [.. Known];

    // Values that go down as well as up, or never move: no delta of them means anything.
    private static readonly FrozenSet<Counter> Gauges = [.. Read(
        "Tcp.CurrEstab Tcp.RtoAlgorithm Tcp.RtoMin Tcp.RtoMax Tcp.MaxConn Ip.Forwarding Ip.DefaultTTL")];

    // Events of which fewer are better; of the others a difference is only another value.
    private static readonly FrozenSet<Counter> Unwanted =
    [
        .. Read(
            """
            TcpExt.ListenOverflows TcpExt.ListenDrops TcpExt.TCPReqQFullDrop TcpExt.TCPSynRetrans Tcp.RetransSegs Tcp.AttemptFails
            TcpExt.TCPTimeouts TcpExt.TCPAbortOnTimeout TcpExt.TCPTimeWaitOverflow
            """),
    ];

    /// <summary>True when Linux 6.18 has it.</summary>
    public bool IsKnown => KnownSet.Contains(this);

    /// <summary>True when it is a value and no count.</summary>
    public bool IsGauge => Gauges.Contains(this);

    /// <summary>True when less of it is better.</summary>
    public bool IsUnwanted => Unwanted.Contains(this);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>A name that is not known and has the form of one may be a newer kernel's.</summary>
    internal static object? TryParse(string text) =>
        text.Split('.') is [var prefix, var name] && IsWord(prefix) && IsWord(name) ? new Counter(text) : null;

    private static bool IsWord(string text) => text.Length > 0 && char.IsAsciiLetterUpper(text[0]) && text.All(char.IsAsciiLetterOrDigit);

    private static ImmutableArray<Counter> Read(
        string names) => [.. names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(name => new Counter(name))];
}
