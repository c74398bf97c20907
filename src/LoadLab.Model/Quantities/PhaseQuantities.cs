using static LoadLab.Model.Units;

namespace LoadLab.Model;

/// <summary>What has a value at the run's end and at the end of each phase.</summary>
public static class PhaseQuantities
{
    private const string Accept = "net/ipv4/inet_connection_sock.c inet_csk_accept";
    private const string ConnRequest = "net/ipv4/tcp_input.c tcp_conn_request";
    private const string Timer = "net/ipv4/tcp_timer.c tcp_retransmit_timer";
    private const string Keepalive = "net/ipv4/tcp_timer.c tcp_keepalive_timer";
    private const string Deferred = "net/ipv4/tcp_minisocks.c tcp_check_req";
    private const string Ports = "net/ipv4/inet_hashtables.c __inet_hash_connect";
    private static readonly QuantityGroup Group = new(isOfPhase: true);
    private static readonly WitnessTerm PassiveOpens = Moved(Counter.PassiveOpens);
    private static readonly WitnessTerm AbortOnTimeout = Moved(Counter.AbortOnTimeout);
    private static readonly WitnessTerm SentWithoutPort = new(new(ClientWitnesses.Attempted), WitnessSign.Minus, Moved(new("Tcp.ActiveOpens")).First);

    /// <summary>Clients established.</summary>
    public static Quantity Established { get; } = Group.Add(
        "established", Connections, "Clients whose handshake has finished, also when the connection has ended since.", ConnRequest,
        new(ClientWitnesses.Established), new(KernelWitnesses.ClientState.Of("ESTABLISHED"), Given.NobodyEnds | Given.AllToServer),
        new(PassiveOpens, Given.NoPeer | Given.NoDeferral | Given.FinalAckAlone));

    /// <summary>Clients that wait.</summary>
    public static Quantity Waiting { get; } = Group.Add(
        "waiting", Connections, "Clients whose connect is not answered yet.", ConnRequest, new(ClientWitnesses.Pending),
        new(KernelWitnesses.ClientState.Of("SYN-SENT")));

    /// <summary>The accept queue.</summary>
    public static Quantity Queue { get; } = Group.Add(
        "queue", Connections, "Connections in the accept queue.", "net/ipv4/inet_connection_sock.c inet_csk_accept, inet_csk_reqsk_queue_add",
        new(ListenerWitnesses.SockDiag.Last), new(ListenerWitnesses.TcpInfo.Last),
        new(new(PassiveOpens.First, WitnessSign.Minus, new(ServerWitnesses.Accepted)), Given.OneQueue | Given.SteadyAccept | Given.FinalAckAlone));

    /// <summary>SYNs dropped.</summary>
    public static Quantity Drops { get; } = Group.Add(
        "drops", Packets, "Packets of handshakes that the listener dropped.", "net/ipv4/tcp_input.c tcp_conn_request; include/net/tcp.h tcp_listendrop",
        new(Moved(Counter.ListenOverflows), Given.NoPeer | Given.NoDeferral), new(Moved(Counter.ListenDrops)),
        new(ListenerWitnesses.SockDiag.Drops, Given.NoPeer | Given.NoDeferral), new(ListenerWitnesses.TcpInfo.Drops, Given.NoPeer | Given.NoDeferral),
        new(ClientWitnesses.SynsUnanswered, Given.NoPeer | Given.NoDeferral | Given.NoTimeouts | Given.AllToServer));

    /// <summary>Connections accepted.</summary>
    public static Quantity Accepted { get; } = Group.Add(
        "accepted", Connections, "Connections that accept() has returned.", Accept,
        new(ServerWitnesses.Accepted), new(new(PassiveOpens.First, WitnessSign.Minus, new(ListenerWitnesses.SockDiag.Last)),
        Given.OneQueue | Given.SteadyAccept | Given.FinalAckAlone));

    /// <summary>Clients that gave up.</summary>
    public static Quantity GaveUp { get; } = Group.Add(
        "gave-up", Connections, "Clients whose connect ended with ETIMEDOUT, by their own time-out or the kernel's.", Timer,
        new WitnessUse(ClientWitnesses.FailedWith.Of(Errno.ETIMEDOUT)));

    /// <summary>SYNs retransmitted.</summary>
    public static Quantity SynRetransmits { get; } = Group.Add(
        "syn-retransmits", Packets, "SYNs retransmitted.", Timer,
        new(Moved(Counter.SynRetrans), Given.NoPeer | Given.NoDeferral), new(ClientWitnesses.SynRetransmits, Given.NoTimeouts),
        new(PacketWitnesses.Retransmits.Of(RetransmitKinds.Of(RetransmitKind.Syn))));

    /// <summary>The live backlog.</summary>
    public static Quantity LiveBacklog { get; } = Group.Add(
        "live-backlog", Connections, "The backlog that the kernel keeps: the smaller of the backlog and net.core.somaxconn when listen() was called.",
        "net/socket.c __sys_listen (sk_max_ack_backlog)",
        new(ListenerWitnesses.SockDiag.BacklogLast), new(ListenerWitnesses.TcpInfo.BacklogLast));

    /// <summary>Data retransmitted.</summary>
    public static Quantity DataRetransmits { get; } = Group.Add(
        "data-retransmits", Packets, "Data segments retransmitted.", Timer,
        new(PacketWitnesses.Retransmits.Of(RetransmitKinds.Of(RetransmitKind.Data))), new(ClientWitnesses.DataRetransmits, Given.Clients | Given.NobodyEnds),
        new(Moved(Counter.RetransSegs), Given.NoClients | Given.NoSynAcksAgain), new(ServerWitnesses.Retransmits, Given.NoClients | Given.NoSynAcksAgain));

    /// <summary>FINs retransmitted.</summary>
    public static Quantity FinRetransmits { get; } = Group.Add(
        "fin-retransmits", Packets, "FINs retransmitted.", Timer,
        new(PacketWitnesses.Retransmits.Of(RetransmitKinds.Of(RetransmitKind.Fin))), new(Moved(Counter.RetransSegs), Given.NoClients | Given.NoSynAcksAgain));

    /// <summary>Connections that the kernel gave up.</summary>
    public static Quantity TimedOut { get; } = Group.Add(
        "timed-out", Connections, "Connections that the kernel gave up after its last retransmission.", "net/ipv4/tcp_timer.c tcp_write_err",
        new(AbortOnTimeout), new(ClientWitnesses.FailedWith.Of(Errno.ETIMEDOUT), Given.Clients), new(Moved(new("Tcp.AttemptFails")), Given.Clients));

    /// <summary>Retransmission timers that fired.</summary>
    public static Quantity Timeouts { get; } = Group.Add(
        "timeouts", Packets, "Retransmission timers that fired.", Timer, new WitnessUse(Moved(Counter.Timeouts)));

    /// <summary>Connections that wait for an ACK.</summary>
    public static Quantity Unacknowledged { get; } = Group.Add(
        "unacknowledged", Connections, "Connections whose last segment is not acknowledged and not given up.", Timer,
        new(KernelWitnesses.ServerState.Of("FIN-WAIT-1"), Given.ServerCloses), new(KernelWitnesses.ServerState.Of("ESTABLISHED"), Given.ServerKeeps),
        new(ServerWitnesses.Open, Given.ServerKeeps));

    /// <summary>Overflows of the accept queue.</summary>
    public static Quantity Overflows { get; } = Group.Add(
        "overflows", Packets, "Packets of handshakes that met a full accept queue.", "net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock",
        new(Moved(Counter.ListenOverflows)), new(Moved(Counter.ListenDrops), Given.NoPeer));

    /// <summary>Half-open requests.</summary>
    public static Quantity HalfOpen { get; } = Group.Add(
        "syn-queue.half-open", Connections, "Half-open requests in the SYN queue.", ConnRequest, new WitnessUse(KernelWitnesses.ServerState.Of("SYN-RECV")));

    /// <summary>SYNs dropped at the SYN queue.</summary>
    public static Quantity SynQueueDrops { get; } = Group.Add(
        "syn-queue.drops", Packets, "SYNs dropped because of the SYN queue.", ConnRequest,
        new WitnessUse(new(Moved(Counter.ListenDrops).First, WitnessSign.Minus, Moved(Counter.ListenOverflows).First)));

    /// <summary>SYNs dropped at a full SYN queue.</summary>
    public static Quantity FullDrops { get; } = Group.Add("syn-queue.full-drops", Packets, "SYNs dropped because the SYN queue was full.",
        "net/ipv4/tcp_input.c tcp_syn_flood_action", new WitnessUse(Moved(Counter.SynQueueFullDrop)));

    /// <summary>SYNs that got a cookie at a full SYN queue.</summary>
    public static Quantity FullDoCookies { get; } = Group.Add(
        "syn-queue.full-do-cookies", Packets, "SYNs that were answered by a cookie because the SYN queue was full.",
        "net/ipv4/tcp_input.c tcp_syn_flood_action", new WitnessUse(Moved(Counter.SynQueueFullDoCookies)));

    /// <summary>Cookies sent.</summary>
    public static Quantity Cookies { get; } = Group.Add(
        "syn-queue.cookies", Packets, "SYN-ACKs with a cookie.", "net/ipv4/syncookies.c cookie_v4_init_sequence", new(Moved(Counter.SyncookiesSent)),
        new(Moved(Counter.SynQueueFullDoCookies)));

    /// <summary>Cookies returned.</summary>
    public static Quantity CookiesReturned { get; } = Group.Add("syn-queue.cookies-returned", Packets, "Final ACKs that brought a cookie back.",
        "net/ipv4/syncookies.c cookie_v4_check", new WitnessUse(Moved(Counter.SyncookiesRecv)));

    /// <summary>Requests given up.</summary>
    public static Quantity Expired { get; } = Group.Unwitnessed(
        "syn-queue.expired", Connections, "Half-open requests that the kernel gave up.", "net/ipv4/inet_connection_sock.c reqsk_timer_handler",
        "the kernel does not count them; `syn-queue.half-open` says how many are left");

    /// <summary>Timers of half-open requests.</summary>
    public static Quantity RequestTimeouts { get; } = Group.Add(
        "syn-queue.timeouts", Packets, "Timers of half-open requests that fired.", "net/ipv4/inet_connection_sock.c reqsk_timer_handler",
        new WitnessUse(Moved(Counter.Timeouts), Given.NoClients | Given.ServerSilent));

    /// <summary>SYN-ACKs retransmitted.</summary>
    public static Quantity SynAcksAgain { get; } = Group.Add(
        "syn-queue.syn-acks-again", Packets, "SYN-ACKs retransmitted.", "net/ipv4/inet_connection_sock.c reqsk_timer_handler",
        new(PeerWitnesses.SynAcksAgain, Given.NoClients), new(Moved(Counter.SynRetrans), Given.NoClients),
        new(PacketWitnesses.Retransmits.Of(RetransmitKinds.Of(RetransmitKind.SynAck))));

    /// <summary>Flows of the peer.</summary>
    public static Quantity PeerFlows { get; } = Group.Add("peer.flows", Connections, "Flows that the scripted peer begins.", "the scenario itself",
        new(PeerWitnesses.Flows), new(PeerWitnesses.Sent.Of("syn")));

    /// <summary>Flows answered.</summary>
    public static Quantity PeerAnswered { get; } = Group.Add(
        "peer.answered", Connections, "Flows of the scripted peer that get a SYN-ACK.", ConnRequest, new WitnessUse(PeerWitnesses.Answered));

    /// <summary>Flows not answered.</summary>
    public static Quantity PeerUnanswered { get; } = Group.Add(
        "peer.unanswered", Connections, "Flows of the scripted peer that get no SYN-ACK.", ConnRequest, new WitnessUse(PeerWitnesses.Unanswered));

    /// <summary>Flows half-open.</summary>
    public static Quantity PeerHalfOpen { get; } = Group.Add("peer.half-open", Connections,
        "Flows of the scripted peer that have a SYN-ACK and have not sent the final ACK.", ConnRequest, new WitnessUse(PeerWitnesses.HalfOpen));

    /// <summary>SYN-ACKs to the peer.</summary>
    public static Quantity PeerSynAcks { get; } = Group.Add(
        "peer.syn-acks", Packets, "SYN-ACKs that come to the scripted peer.", ConnRequest, new(PeerWitnesses.SynAcks),
        new(PacketWitnesses.Server.Of("SYN-ACK"), Given.NoClients));

    /// <summary>SYN-ACKs with options.</summary>
    public static Quantity PeerWithOptions { get; } = Group.Add(
        "peer.with-options", Packets, "SYN-ACKs to the scripted peer that carry window scale and SACK.", "net/ipv4/syncookies.c cookie_timestamp_decode",
        new(PeerWitnesses.WithOption.Of("window-scale")), new(PeerWitnesses.WithOption.Of("sack")));

    /// <summary>Handshakes of the peer that finished.</summary>
    public static Quantity PeerEstablished { get; } = Group.Add(
        "peer.established", Connections, "Handshakes of the scripted peer that the server's kernel has finished.",
        "net/ipv4/tcp_minisocks.c tcp_check_req; net/ipv4/syncookies.c tcp_get_cookie_sock",
        new WitnessUse(PassiveOpens, Given.NoClients));

    /// <summary>Flows reset.</summary>
    public static Quantity PeerResets { get; } = Group.Add("peer.resets", Connections, "Flows of the scripted peer that are reset.",
        "net/ipv4/tcp_ipv4.c tcp_v4_send_reset", new WitnessUse(PeerWitnesses.Resets));

    /// <summary>Deferred ACKs.</summary>
    public static Quantity DeferredAcks { get; } = Group.Add(
        "deferred", Packets, "Bare final ACKs that TCP_DEFER_ACCEPT ignores.", Deferred, new WitnessUse(Moved(new("TcpExt.TCPDeferAcceptDrop"))));

    /// <summary>The listener's own count of drops.</summary>
    public static Quantity ListenerDrops { get; } = Group.Add(
        "listener-drops", Packets, "Packets that the listener counts as dropped: a final ACK at a full queue twice, a deferred ACK once.",
        "include/net/tcp.h tcp_listendrop; net/ipv4/tcp_ipv4.c tcp_v4_rcv",
        new(ListenerWitnesses.SockDiag.Drops), new(ListenerWitnesses.TcpInfo.Drops));

    /// <summary>Connections reset by tcp_abort_on_overflow.</summary>
    public static Quantity Resets { get; } = Group.Add(
        "resets", Connections, "Clients that are reset because the accept queue was full and tcp_abort_on_overflow is on.", Deferred,
        new(Moved(Counter.EmbryonicRsts)), new(Moved(new("Tcp.EstabResets")), Given.NoOtherResets), new(Moved(Counter.OutRsts), Given.NoOtherResets),
        new(PacketWitnesses.Server.Of("RST"), Given.NoOtherResets), new(ClientWitnesses.Broken.Of(Errno.ECONNRESET), Given.NoOtherResets));

    /// <summary>Clients that sent.</summary>
    public static Quantity Senders { get; } = Group.Add(
        "senders", Connections, "Clients whose send() took every byte.", "net/ipv4/tcp.c tcp_sendmsg_locked", new WitnessUse(ClientWitnesses.Senders));

    /// <summary>All retransmissions.</summary>
    public static Quantity Retransmits { get; } = Group.Add(
        "retransmits", Packets, "Segments retransmitted, of every kind.", "net/ipv4/tcp_output.c __tcp_retransmit_skb, tcp_rtx_synack",
        new(Moved(Counter.RetransSegs), Given.NobodyEnds), new(PacketWitnesses.Retransmits.Of(RetransmitKinds.All), Given.NobodyEnds));

    /// <summary>Bytes read.</summary>
    public static Quantity BytesRead { get; } = Group.Add(
        "bytes-read", Bytes, "Bytes that the server has read.", "net/ipv4/tcp.c tcp_recvmsg_locked", new WitnessUse(ServerWitnesses.BytesRead));

    /// <summary>Keepalive probes.</summary>
    public static Quantity KeepaliveProbes { get; } = Group.Add(
        "keepalive.probes", Packets, "Keepalive probes sent.", Keepalive, new WitnessUse(Moved(Counter.KeepAlive)));

    /// <summary>Connections given up by keepalive.</summary>
    public static Quantity KeepaliveGivenUp { get; } = Group.Add(
        "keepalive.given-up", Connections, "Connections that the kernel gave up because no keepalive probe was answered.", Keepalive,
        new WitnessUse(AbortOnTimeout, Given.NoClients | Given.ServerSilent));

    /// <summary>TCP_DEFER_ACCEPT as the kernel rounds it.</summary>
    public static Quantity DeferAccept { get; } = Group.Add("defer-accept", Seconds, "TCP_DEFER_ACCEPT as the kernel rounds it.",
        "net/ipv4/tcp.c do_tcp_setsockopt (secs_to_retrans)", new WitnessUse(ServerWitnesses.DeferAccept));

    /// <summary>Clients refused by EMFILE.</summary>
    public static Quantity Refused { get; } = Group.Add(
        "refused", Connections, "Clients whose socket() fails with EMFILE.", "fs/file.c alloc_fd",
        new(ClientWitnesses.FailedWith.Of(Errno.EMFILE)), new(ClientWitnesses.FailedAt.Of("socket")), new(SentWithoutPort, Given.NoPeer));

    /// <summary>Connections shed.</summary>
    public static Quantity Shed { get; } = Group.Add("shed", Connections, "Connections that the server accepts at the descriptor limit and closes at once.",
        "net/socket.c __sys_accept4_file", new WitnessUse(ServerWitnesses.Shed));

    /// <summary>accept() that fails.</summary>
    public static Quantity FailedAccepts { get; } = Group.Add(
        "failed-accepts", Calls, "accept() that fails with EMFILE.", "net/socket.c __sys_accept4_file (get_unused_fd_flags before do_accept)",
        new(ServerWitnesses.Failures.Of(Errno.EMFILE)), new(ServerWitnesses.FailedAccepts));

    /// <summary>When the queue is emptied.</summary>
    public static Quantity Emptied { get; } = Group.Add(
        "emptied", Seconds, "When the accept queue is emptied.", Accept, new(ListenerWitnesses.SockDiag.Emptied), new(ListenerWitnesses.TcpInfo.Emptied));

    /// <summary>Clients without a port.</summary>
    public static Quantity WithoutPort { get; } = Group.Add(
        "without-port", Connections, "Clients that find no local port.", Ports, new(ClientWitnesses.Failed), new(SentWithoutPort, Given.NoPeer));

    /// <summary>Connections open.</summary>
    public static Quantity Open { get; } = Group.Add(
        "open", Connections, "Connections that clients hold.", Ports, new(ClientWitnesses.Open), new(KernelWitnesses.ClientState.Of("ESTABLISHED")));

    /// <summary>TIME-WAIT.</summary>
    public static Quantity TimeWait { get; } = Group.Add(
        "time-wait", Connections, "Sockets in TIME-WAIT.", "net/ipv4/tcp_minisocks.c tcp_time_wait", new(KernelWitnesses.BothState.Of("TIME-WAIT")),
        new(KernelWitnesses.TimeWait));

    /// <summary>TIME-WAIT refused.</summary>
    public static Quantity TimeWaitOverflows { get; } = Group.Add(
        "time-wait-overflows", Connections, "Connections that end without TIME-WAIT because tcp_max_tw_buckets is reached.",
        "net/ipv4/tcp_minisocks.c tcp_time_wait", new WitnessUse(Moved(new("TcpExt.TCPTimeWaitOverflow"))));

    /// <summary>Connects that fail.</summary>
    public static Quantity Failed { get; } = Group.Unpredicted(
        "failed", Connections, "Connects that fail, for whatever reason.", "net/ipv4/af_inet.c __inet_stream_connect",
        "each reason is predicted on its own: `refused`, `without-port`, `gave-up`, `timed-out`", new WitnessUse(ClientWitnesses.Failed));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Quantity> All => Group.Rows;

    private static WitnessTerm Moved(Counter counter) => KernelWitnesses.CounterDelta.Of(counter);
}
