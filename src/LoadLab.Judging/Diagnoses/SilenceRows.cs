using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>Segments that were not acknowledged, and orphans.</summary>
internal static class SilenceRows
{
    public static ImmutableArray<Diagnosis> All { get; } =
    [
        new Diagnosis
        {
            Id = "orphans-reset",
            Severity = Severity.Fault,
            Title = "Orphaned sockets were reset",
            When = "TCPAbortOnMemory moved, and TCPMemoryPressures did not: it was not memory but net.ipv4.tcp_max_orphans.",
            Finds = facts => facts.Count(Counter.AbortOnMemory) is > 0 and var reset && facts.Counter(Counter.MemoryPressures) is 0
                ? [new Symptom("orphans",
                    $"{TextFormat.Count(reset, "socket")} that no process held any more {(reset == 1 ? "was" : "were")} reset (TCPAbortOnMemory): there "
                + $"were more than net.ipv4.tcp_max_orphans allows.")]
                : [],
            Means = "After close() the kernel still has to deliver the FIN. Beyond the limit it sends a RST instead and forgets the "
                + "connection; data that was not acknowledged is lost. It compares a count that is up to 100 ms old (tcp_orphan_update), so "
                + "of a burst more are reset than are beyond the limit.",
            Cure = "Raise net.ipv4.tcp_max_orphans, or lower net.ipv4.tcp_orphan_retries where clients vanish by the thousand.",
            KernelSource = "net/ipv4/tcp.c tcp_check_oom, tcp_too_many_orphans, tcp_orphan_update",
            Replaces = ["errno-econnreset"],
        },
        new Diagnosis
        {
            Id = "tcp-memory-reset",
            Severity = Severity.Fault,
            Title = "Connections were reset for lack of TCP memory",
            When = "TCPAbortOnMemory and TCPMemoryPressures moved.",
            Finds = facts => facts.Count(Counter.AbortOnMemory) is > 0 and var reset && facts.Counter(Counter.MemoryPressures) is > 0
                ? [new Symptom("tcp_mem",
                    $"{TextFormat.Count(reset, "connection")} {(reset == 1 ? "was" : "were")} reset (TCPAbortOnMemory) while TCP was under memory pressure.")]
                : [],
            Means = "TCP used more memory than net.ipv4.tcp_mem gives it, or there were too many orphaned sockets beside that.",
            Cure = "Raise net.ipv4.tcp_mem, and find programs that do not read what their peers send.",
            KernelSource = "net/ipv4/tcp.c tcp_check_oom, tcp_out_of_memory",
        },
        new Diagnosis
        {
            Id = "syn-unanswered",
            Severity = Severity.Fault,
            Title = "SYNs went to an address that does not answer",
            When = "Clients connect to an address where nothing answers, and SYNs were retransmitted.",
            Finds = facts => Of(facts, RetransmitKind.Syn, one => $"No answer came: SYNs were retransmitted {Schedule(one)}{one.End}."),
            Means = "That is what a firewall that drops looks like, or a host that is gone. connect() waits for net.ipv4.tcp_syn_retries, "
                + "two minutes by default; a RST or an ICMP error would have ended it at once.",
            Cure = "Use TCP_SYNCNT, TCP_USER_TIMEOUT or a time-out of the program's own.",
            KernelSource = "net/ipv4/tcp_timer.c tcp_write_timeout",
            Scenario = "retransmit/syn-schedule",
            Replaces = ["errno-etimedout"],
        },
        new Diagnosis
        {
            Id = "data-unacknowledged",
            Severity = Severity.Fault,
            Title = "Data was not acknowledged",
            When = "The peers stopped acknowledging, and data was retransmitted.",
            Finds = facts => Of(facts, RetransmitKind.Data, one => $"The peers stopped acknowledging: data was retransmitted {Schedule(one)}, and {one.End}."),
            Means = "Until it gives up the kernel reports nothing to the program; with the default net.ipv4.tcp_retries2 of 15 that takes "
                + "more than 15 minutes. Keepalive does not help: its probes are put off while data is unacknowledged.",
            Cure = "Set TCP_USER_TIMEOUT, lower net.ipv4.tcp_retries2, or use a deadline of the program's own.",
            KernelSource = "net/ipv4/tcp_timer.c tcp_write_timeout, tcp_keepalive_timer (packets_out)",
            Scenario = "retransmit/data-schedule",
        },
        new Diagnosis
        {
            Id = "keepalive-gave-up",
            Severity = Severity.Fault,
            Title = "Idle connections were given up by keepalive",
            When = "Keepalive probes were sent, TCPAbortOnTimeout moved, and no retransmission timer fired: it was not data, FIN or SYN that stayed "
                + "unacknowledged.",
            Finds = facts => facts.GivenUpByKeepalive is > 0 and var gone
                ? [new Symptom("keepalive",
                    $"{TextFormat.Count(gone, "idle connection")} {(gone == 1 ? "was" : "were")} given up with ETIMEDOUT: no keepalive probe was answered.")]
                : [],
            Means = "The peer is gone, or something between forgot the connection (a NAT, a firewall). The kernel sends a RST and drops what it holds for it. "
                + "Probes go out only while no data is unacknowledged: a connection with data in flight is found by net.ipv4.tcp_retries2 or "
                + "TCP_USER_TIMEOUT instead.",
            Cure = "Keep the idle time below that of NATs and firewalls on the way, and set TCP_USER_TIMEOUT as well.",
            KernelSource = "net/ipv4/tcp_timer.c tcp_keepalive_timer",
            Replaces = ["errno-etimedout"],
        },
        new Diagnosis
        {
            Id = "fin-unacknowledged",
            Severity = Severity.Fault,
            Title = "A FIN was not acknowledged",
            When = "The server closes its connections, the peers stopped acknowledging, and the FIN was retransmitted.",
            Finds = facts => Of(facts, RetransmitKind.Fin,
                one => $"The peers stopped acknowledging: the FIN of closed connections was retransmitted {Schedule(one)}, and {one.End}."),
            Means = "After close() no process waits any more, and no error is reported. The orphan in FIN-WAIT-1 keeps its memory for "
                + "net.ipv4.tcp_orphan_retries, 102 s by default; net.ipv4.tcp_max_orphans bounds how many there are.",
            Cure = "Lower net.ipv4.tcp_orphan_retries where clients vanish by the thousand; SO_LINGER 0 where a RST will do.",
            KernelSource = "net/ipv4/tcp_timer.c tcp_orphan_retries",
            Scenario = "retransmit/fin-schedule",
        },
        new Diagnosis
        {
            Id = "half-open-waits",
            Severity = Severity.Note,
            Title = "Half-open requests wait for their final ACK",
            When = "Clients sent SYNs and no final ACK, and SYN-ACKs were retransmitted.",
            Finds = facts => Of(facts, RetransmitKind.SynAck,
                one => $"The final ACKs did not come: SYN-ACKs were retransmitted {TextFormat.Count(one.Count, "time")}."),
            Means = "A half-open request keeps its slot until its last SYN-ACK has timed out: net.ipv4.tcp_synack_retries sets for how "
                + "long. While more than half of the backlog is half-open, old ones go after two retransmissions.",
            Cure = "With syncookies the length of this queue does not matter; without them lower net.ipv4.tcp_synack_retries.",
            KernelSource = "net/ipv4/inet_connection_sock.c reqsk_timer_handler",
            Scenario = "syn-queue/half-open-expires",
        },
    ];

    private static IEnumerable<Symptom> Of(Facts facts, RetransmitKind kind, Func<SilenceFacts, string> happened) =>
        facts.Silences.Where(one => one.Kind == kind && one.Count > 0)
            .Select(one => new Symptom($"{RetransmitKinds.NameOf(kind)} retransmissions", happened(one)));

    private static string Schedule(SilenceFacts one) =>
        one.ScheduleS.IsEmpty ? TextFormat.Count(one.Count, "time") : $"after {TextFormat.And([.. one.ScheduleS.Select(TextFormat.Seconds)])}";
}
