using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>Packets of handshakes that listeners did not take, told apart. Counters count packets, not connections.</summary>
/// <remarks>
/// ListenDrops counts every one of them, ListenOverflows those that met a full accept queue (net/ipv4/tcp_input.c tcp_conn_request; net/ipv4/tcp_ipv4.c
/// tcp_v4_syn_recv_sock).
/// sk_drops of the listener counts more: tcp_listendrop adds 1 to both, and a segment of a half-open request that is discarded adds 1 to sk_drops alone
/// (tcp_v4_rcv, discard_and_relse).
/// So an ignored final ACK counts twice there; a RST for a half-open request once (EmbryonicRsts), and a bare ACK under TCP_DEFER_ACCEPT once
/// (TCPDeferAcceptDrop): these two are no drops.
/// A cookie's final ACK has no request, so it counts once, as a SYN does; only the number of SYNs without an answer tells those two apart.
/// </remarks>
public sealed record DropFacts
{
    /// <summary>SYNs that met a full accept queue.</summary>
    public ulong SynOverflows { get; private init; }

    /// <summary>Segments of half-open requests, final ACKs or data, that met a full accept queue.</summary>
    public ulong FinalAcks { get; private init; }

    /// <summary>Final ACKs of cookies, and data after them, that met a full accept queue.</summary>
    public ulong CookieAcks { get; private init; }

    /// <summary>Of <see cref="CookieAcks"/>: data segments, as far as a scripted peer sent them.</summary>
    public ulong CookieData { get; private init; }

    /// <summary>Packets that met a full accept queue and of which it cannot be told what they were.</summary>
    public ulong Unsplit { get; private init; }

    /// <summary>SYNs that met a full SYN queue with syncookies off.</summary>
    public ulong SynQueueFull { get; private init; }

    /// <summary>SYNs answered by a syncookie since the SYN queue was full.</summary>
    public ulong Cookies { get; private init; }

    /// <summary>SYNs answered by a syncookie since net.ipv4.tcp_syncookies is 2.</summary>
    public ulong CookiesAlways { get; private init; }

    /// <summary>Dropped with syncookies off and neither queue full: the last quarter of tcp_max_syn_backlog.</summary>
    public ulong LastQuarter { get; private init; }

    /// <summary>Dropped, and no counter names the reason.</summary>
    public ulong Unnamed { get; private init; }

    /// <summary>Of <see cref="FinalAcks"/>: requests that were answered by a RST, by tcp_abort_on_overflow.</summary>
    public ulong Aborted { get; private init; }

    /// <summary>Half-open requests that their clients reset: no drops.</summary>
    public ulong HalfOpenResets { get; private init; }

    /// <summary>Packets of the whole machine that a processor's full queue of received packets dropped before TCP: no listener's drops.</summary>
    public ulong Softnet { get; private init; }

    /// <summary>All that ListenDrops counts.</summary>
    public ulong Total { get; private init; }

    /// <summary>SYNs that had no answer and that no listener dropped; null where that cannot be told.</summary>
    public long? Vanished { get; private init; }

    /// <summary>How the overflows were told apart, as half a sentence; "" where there was nothing to tell apart.</summary>
    public string ToldBy { get; private init; } = "";

    /// <summary>Tells them apart.</summary>
    /// <param name="counter">The counters over the same time as <paramref name="seen"/>; null: not read.</param>
    /// <param name="seen">What witnesses beside the counters saw.</param>
    /// <returns>Null where ListenDrops was not read.</returns>
    public static DropFacts? Of(Func<Counter, ulong?> counter, DropWitnesses seen)
    {
        ArgumentNullException.ThrowIfNull(counter);
        ArgumentNullException.ThrowIfNull(seen);
        if (counter(Counter.ListenDrops) is not { } drops)
        {
            return null;
        }

        ulong Count(Counter one) => counter(one) ?? 0;
        var (overflows, synQueueFull) = (Count(Counter.ListenOverflows), Count(Counter.SynQueueFullDrop));
        var rest = Less(drops, overflows + synQueueFull);
        var embryonic = Count(Counter.EmbryonicRsts);
        var resets = seen.Aborts ? Math.Min(embryonic, seen.ResetsSent) : embryonic;
        ulong? beyond = seen.SkDrops is { } listener ? Less(listener, drops + resets + Count(Counter.DeferAcceptDrop)) : null;
        ulong? unanswered = seen.UnansweredSyns is { } syns ? Less((ulong)Math.Max(0, syns), synQueueFull + rest) : null;
        var cookies = counter(Counter.SyncookiesSent) ?? Count(Counter.SynQueueFullDoCookies);
        var (finalAcks, toldBy) = FinalAcksOf(overflows, beyond, cookies == 0 ? unanswered : null, seen.SawHalfOpen);
        ulong? synOverflows = finalAcks is not { } acks ? null : cookies == 0 ? overflows - acks : unanswered is { } most ? Math.Min(overflows - acks, most)
            : overflows == acks ? 0 : null;
        var cookieAcks = synOverflows is { } dropped ? overflows - finalAcks!.Value - dropped : 0;
        return new DropFacts
        {
            Total = drops,
            SynOverflows = synOverflows ?? 0,
            FinalAcks = synOverflows is null ? 0 : finalAcks!.Value,
            CookieAcks = cookieAcks,
            CookieData = Math.Min(cookieAcks, seen.DataOverflows),
            Unsplit = synOverflows is null ? overflows : 0,
            SynQueueFull = synQueueFull,
            Cookies = seen.AlwaysCookies ? 0 : cookies,
            CookiesAlways = seen.AlwaysCookies ? cookies : 0,
            LastQuarter = seen.CookiesOff ? rest : 0,
            Unnamed = seen.CookiesOff ? 0 : rest,
            Aborted = seen.Aborts ? Math.Min(embryonic - resets, finalAcks ?? 0) : 0,
            HalfOpenResets = resets,

            // It is the whole machine's: where nothing was retransmitted, none of the packets was one of these.
            Softnet = Count(Counter.SoftnetDropped) is > 0 and var lost && counter(Counter.RetransSegs) is not 0 ? lost : 0,
            Vanished = unanswered is { } all && synOverflows is { } known
                ? (long)Less(all, known + Count(Counter.SoftnetDropped) + Count(Counter.SynChallenge)) : null,
            ToldBy = overflows == 0 ? "" : cookieAcks > 0 ? "SYNs and final ACKs are told apart by the SYNs that had no answer" : toldBy,
        };
    }

    private static (ulong? Count, string ToldBy) FinalAcksOf(ulong overflows, ulong? beyond, ulong? unanswered, bool sawHalfOpen)
    {
        // An ignored final ACK leaves its request in SYN-RECV for a second at least: where none was seen, there was none.
        if (overflows == 0 || !sawHalfOpen)
        {
            return (0, "");
        }

        // SYNs lost before the listener make the one bound too small, repeated SYNs of one request the other too large; where both are known they agree.
        ulong? least = unanswered is { } syns ? Less(overflows, syns) : null;
        return beyond is { } most
            ? (Math.Max(Math.Min(most, overflows), least ?? 0), "SYNs and final ACKs are told apart by the listener's sk_drops, which counts a final ACK twice")
            : (least, least is null ? "" : "SYNs and final ACKs are told apart by the SYNs that had no answer");
    }

    private static ulong Less(ulong a, ulong b) => a > b ? a - b : 0;
}

/// <summary>What witnesses beside the counters saw of packets that listeners did not take.</summary>
public sealed record DropWitnesses
{
    /// <summary>sk_drops of all listeners together over the counters' time; null where that is not known.</summary>
    public ulong? SkDrops { get; init; }

    /// <summary>SYNs that had no answer; null where not all were counted.</summary>
    public long? UnansweredSyns { get; init; }

    /// <summary>Half-open requests were seen, or there was no look.</summary>
    public bool SawHalfOpen { get; init; } = true;

    /// <summary>net.ipv4.tcp_syncookies is 0.</summary>
    public bool CookiesOff { get; init; }

    /// <summary>net.ipv4.tcp_syncookies is 2.</summary>
    public bool AlwaysCookies { get; init; }

    /// <summary>net.ipv4.tcp_abort_on_overflow was on at some time.</summary>
    public bool Aborts { get; init; }

    /// <summary>RSTs that a scripted peer sent.</summary>
    public ulong ResetsSent { get; init; }

    /// <summary>Overflows while a scripted peer sent data.</summary>
    public ulong DataOverflows { get; init; }
}
