using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>Which of the kernel's ways to drop a handshake fired: told from counters, since each way moves its own set of them.</summary>
/// <remarks>
/// Kernel: net/ipv4/tcp_input.c tcp_conn_request (SYN: both queues, cookies, last quarter), net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock (final ACK).
/// Counters count packets, not connections.
/// </remarks>
public static class DropPaths
{
    /// <summary>A SYN met a full accept queue: dropped, no answer.</summary>
    public const string SynAcceptQueueFull = "syn-accept-queue-full";

    /// <summary>A SYN met a full SYN queue with syncookies off: dropped, no answer.</summary>
    public const string SynQueueFull = "syn-syn-queue-full";

    /// <summary>A SYN met a full SYN queue with syncookies on: answered by a cookie, not dropped.</summary>
    public const string CookiesSent = "syn-cookies-sent";

    /// <summary>A SYN came, with syncookies off, when three quarters of tcp_max_syn_backlog were taken: dropped.</summary>
    public const string LastQuarter = "syn-last-quarter";

    /// <summary>The last ACK of a handshake, or data after it, met a full accept queue: ignored.</summary>
    public const string FinalAck = "final-ack-accept-queue-full";

    /// <summary>ListenDrops moved, and no counter names the way.</summary>
    public const string Unnamed = "listen-drop-unnamed";

    /// <summary>No way of this listener fired.</summary>
    public const string None = "none";

    /// <summary>The counters could not be read.</summary>
    public const string Unknown = "unknown";

    private const string AbortOnOverflow = "net.ipv4.tcp_abort_on_overflow";

    private static readonly ImmutableDictionary<string, Func<ulong, string>> Sentences = new Dictionary<string, Func<ulong, string>>
    {
        [SynAcceptQueueFull] = n => $"{Words.Count(n, "SYN")} met a full accept queue and {Was(n)} dropped without an answer (ListenOverflows and ListenDrops + 1 each; tcp_conn_request)",
        [SynQueueFull] = n => $"{Words.Count(n, "SYN")} met a full SYN queue with syncookies off and {Was(n)} dropped without an answer (TCPReqQFullDrop and ListenDrops + 1 each; tcp_conn_request)",
        [CookiesSent] = n => $"{Words.Count(n, "SYN")} met a full SYN queue and {Was(n)} answered by a syncookie, which drops nothing (SyncookiesSent + 1 each; tcp_conn_request)",
        [LastQuarter] = n => $"{Words.Count(n, "SYN")} came with syncookies off when less than a quarter of tcp_max_syn_backlog was left, and {Was(n)} dropped (ListenDrops + 1 each; tcp_conn_request)",
        [FinalAck] = n => $"{Words.Count(n, "packet")} that would have ended a handshake met a full accept queue and {Was(n)} ignored (ListenOverflows and ListenDrops + 1 each; tcp_v4_syn_recv_sock)",
        [Unnamed] = n => $"{Words.Count(n, "packet")} {Was(n)} dropped by the listener for a reason that no counter names (ListenDrops + 1 each: no memory, no route back, or a security module)",
    }.ToImmutableDictionary();

    /// <summary>Of what was seen of a variant by now; at a phase's end every witness has just been asked.</summary>
    public static DropPath Of(Plan plan, VariantEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(evidence);
        return Of(plan, evidence.Planned, evidence.Final);
    }

    internal static DropPath Of(Plan plan, VariantPlan variant, Sightings seen)
    {
        if (seen.Counters.Delta(CounterNames.ListenDrops) is not { } drops)
        {
            return new DropPath(Unknown, ImmutableSortedDictionary<string, ulong>.Empty, "unknown: ListenDrops could not be read, so no drop path can be named");
        }

        ulong Delta(string name) => seen.Counters.Delta(name) ?? 0;
        var overflows = Delta(CounterNames.ListenOverflows);
        var synQueueFull = Delta(CounterNames.SynQueueFullDrop);
        var rest = Less(drops, overflows + synQueueFull);
        var cookiesAreOff = plan.Host.SysctlOf(variant.Declared, "net.ipv4.tcp_syncookies") == "0";
        var (finalAcks, doubt) = FinalAcks(seen, overflows, synQueueFull + rest);
        var counts = new Dictionary<string, ulong>
        {
            [SynAcceptQueueFull] = overflows - finalAcks,
            [FinalAck] = finalAcks,
            [SynQueueFull] = synQueueFull,
            [CookiesSent] = Math.Max(Delta(CounterNames.SyncookiesSent), Delta(CounterNames.SynQueueFullDoCookies)),
            [cookiesAreOff ? LastQuarter : Unnamed] = rest,
        }.Where(pair => pair.Value > 0).ToImmutableSortedDictionary();
        if (counts.IsEmpty)
        {
            return new DropPath(None, counts, "none: no drop path of this listener fired; if clients were lost, look elsewhere (conntrack, firewall, routing)");
        }

        var most = counts.OrderByDescending(pair => pair.Key != CookiesSent).ThenByDescending(pair => pair.Value).First().Key;
        var resets = Resets(plan, variant, seen);
        var sentences = counts.OrderByDescending(pair => pair.Key == most).Select(pair => pair.Key == FinalAck && resets > 0 ? AbortSentence(pair.Value, resets) : Sentences[pair.Key](pair.Value));
        return new DropPath(most, counts, $"{most}: {string.Join("; ", sentences)}{doubt}");
    }

    /// <summary>Requests whose final ACK met a full accept queue and was answered by a RST, since tcp_abort_on_overflow asks for that; 0 when it does not.</summary>
    internal static ulong Resets(Plan plan, VariantPlan variant, Sightings seen)
    {
        var asked = variant.Declared.Phases.Select(phase => phase.Action).OfType<SysctlAction>().Select(action => action.Sysctls.GetValueOrDefault(AbortOnOverflow))
            .Append(variant.Declared.Sysctls.GetValueOrDefault(AbortOnOverflow) ?? plan.Host.Sysctls.GetValueOrDefault(AbortOnOverflow));
        return asked.Any(value => value is not (null or "0")) ? seen.Counters.Delta(CounterNames.EmbryonicRsts) ?? 0 : 0;
    }

    private static string AbortSentence(ulong packets, ulong resets) =>
        $"{Words.Count(packets, "packet")} that would have ended a handshake met a full accept queue, and {Words.Count(resets, "request")} {Was(resets)} answered by a RST (tcp_abort_on_overflow; ListenOverflows, ListenDrops and EmbryonicRsts + 1 each; tcp_check_req)";

    /// <summary>How many of the overflows were final ACKs. Both kinds move the same two counters; only the other side can tell them apart.</summary>
    private static (ulong Count, string Doubt) FinalAcks(Sightings seen, ulong overflows, ulong otherSynDrops)
    {
        // A final ACK that is ignored leaves its request in SYN-RECV, and counts twice on the listener: where neither was seen, every overflow was a SYN.
        var beyond = BeyondListenDrops(seen);
        if (overflows == 0 || (StateSightings.Of(seen.States.Server, "SYN-RECV").Peak == 0 && beyond is null or 0))
        {
            return (0, "");
        }

        // How often a client that failed had sent its SYN is not known, and of the scripted peer's SYNs the clients know nothing: then their count is no witness, but the listener's own still is.
        if (!seen.Clients.AllReported || seen.Clients.Failed > 0 || seen.Peer is not null || seen.Losses.ContainsKey("clients"))
        {
            return beyond is { } count
                ? (Math.Min(overflows, count), "; which was which is told by the listener's sk_drops, which counts a SYN once and a final ACK twice")
                : (overflows, "; half-open requests were seen, and no full count of the clients' SYNs, so how many of these packets were SYNs cannot be told");
        }

        // The clients know how many of their SYNs had no answer: what overflowed beyond those was no SYN of theirs.
        var unanswered = (ulong)Math.Max(0, seen.Clients.Attempted + seen.Clients.SynRetransmits - seen.Clients.Established);
        return (Less(overflows, Less(unanswered, otherSynDrops)), "; which was which is told by the clients' count of SYNs that had no answer");
    }

    /// <summary>
    /// sk_drops beyond ListenDrops: tcp_listendrop adds 1 to both for any kind, and a final ACK then goes through discard_and_relse, which adds 1 to sk_drops alone
    /// (net/ipv4/tcp_ipv4.c tcp_v4_rcv; seen on 6.18). A bare ACK under TCP_DEFER_ACCEPT goes that way, too, and has a counter of its own.
    /// </summary>
    private static ulong? BeyondListenDrops(Sightings seen) =>
        (seen.SockDiag.Drops ?? seen.TcpInfo.Drops) is { } drops && seen.Counters.Delta(CounterNames.ListenDrops) is { } counted
            ? Less((ulong)drops, counted + (seen.Counters.Delta("TcpExt.TCPDeferAcceptDrop") ?? 0))
            : null;

    private static ulong Less(ulong a, ulong b) => a > b ? a - b : 0;

    private static string Was(ulong count) => count == 1 ? "was" : "were";
}
