using System.Collections.Frozen;

namespace LoadLab.Planning;

/// <summary>Counters of /proc/net/snmp and /proc/net/netstat as Linux 6.18 names them, so that a mistyped one is found before a run.</summary>
/// <remarks>A name that is not here and not like one that is may be a newer kernel's, and is taken; whether the running kernel has it is seen in the run.</remarks>
internal static class CounterNames
{
    /// <summary>All of them, with their prefix.</summary>
    public static readonly FrozenSet<string> All =
    (
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
        """
    ).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();
}
