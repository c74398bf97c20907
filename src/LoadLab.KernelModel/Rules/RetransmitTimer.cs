using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>The kernel's retransmission timer of one socket whose peer is silent: what decides when it fires, and when it is the last time.</summary>
/// <remarks>
/// The time-out doubles with each firing, up to the longest. Each firing first asks whether it is enough, by count or by time; only when it is not, the segment
/// is retransmitted.
/// Time counts from the first transmission (SYN: tcp_connect sets retrans_stamp) or from the first retransmission by time-out (all others: tcp_retransmit_skb
/// sets it).
/// Kernel: net/ipv4/tcp_timer.c tcp_retransmit_timer, tcp_write_timeout, retransmits_timed_out, tcp_clamp_rto_to_user_timeout; read in 6.1 and 6.12, measured
/// on 6.1 and 6.18.
/// </remarks>
internal sealed record RetransmitTimer
{
    private static readonly Nanoseconds OneTick = new(1);
    private static readonly Nanoseconds Forever = new(long.MaxValue);

    /// <summary>The first time-out at the least.</summary>
    public required Nanoseconds First { get; init; }

    /// <summary>The first time-out at the most: over <see cref="First"/> by what nobody knows before, the round-trip time.</summary>
    public required Nanoseconds FirstAtMost { get; init; }

    /// <summary>No time-out is longer.</summary>
    public required Nanoseconds Longest { get; init; }

    /// <summary>So many time-outs come before doubling begins.</summary>
    public int Linear { get; init; }

    /// <summary>A tail loss probe goes out in the place of the first time-out; it doubles nothing and starts no clock.</summary>
    public bool HasLossProbe { get; init; }

    /// <summary>Give up when so many retransmissions are out; null: by time only.</summary>
    public int? MostRetransmits { get; init; }

    /// <summary>Give up when so long has passed, by the time-out in force; null: by count only.</summary>
    public Func<Nanoseconds, Nanoseconds>? Patience { get; init; }

    /// <summary>True for a SYN: patience counts from the first transmission.</summary>
    public bool CountsFromFirstSend { get; init; }

    /// <summary>TCP_USER_TIMEOUT: takes the place of patience and shortens the time-out that would go beyond it; 0: none.</summary>
    public Nanoseconds UserTimeout { get; init; }

    /// <summary>HZ; null: not known.</summary>
    public int? TicksPerSecond { get; init; }

    /// <summary>The schedule: between a walk with the shortest first time-out and punctual timers, and one with the longest and the latest.</summary>
    /// <remarks>Each moment grows with the first time-out and with lateness, so no timing has more transmissions than the early walk, and none has fewer than
    /// the late one.</remarks>
    public RetransmitSchedule Schedule()
    {
        var early = Walk(First, timeout => timeout, 0);
        var late = Walk(FirstAtMost, Latest, 0);
        var (sure, most) = (late.Sends.Length, early.Sends.Length);
        if (sure == most)
        {
            return new RetransmitSchedule(early.Sends, late.Sends, sure, early.GivesUp, late.GivesUp);
        }

        // A transmission that late timers do not have comes only while patience lasts, and at the latest where it would come if patience had no end.
        var endless = Walk(FirstAtMost, Latest, most);
        var patience = Max(early.LongestPatience, late.LongestPatience);
        var end = late.Stamp + patience;
        ImmutableArray<Nanoseconds> latest = [.. late.Sends, .. endless.Sends.Skip(sure).Select(moment => Min(moment, end))];
        var longestStep = Min(Longest, patience + FirstAtMost + FirstAtMost);
        return new RetransmitSchedule(early.Sends, latest, sure, early.Sends[sure], Min(endless.GivesUp, end + Latest(longestStep)));
    }

    private Nanoseconds Latest(Nanoseconds timeout) => TimerWheel.Latest(timeout, TicksPerSecond);

    /// <summary>One course of the timer.</summary>
    /// <param name="first">Its first time-out.</param>
    /// <param name="fires">When a time-out of a length fires.</param>
    /// <param name="leastSends">It is not given up before so many transmissions.</param>
    private Course Walk(Nanoseconds first, Func<Nanoseconds, Nanoseconds> fires, int leastSends)
    {
        var sends = ImmutableArray.CreateBuilder<Nanoseconds>();
        sends.Add(Nanoseconds.Zero);
        var timeout = Min(first, Longest);
        var now = Nanoseconds.Zero;
        if (HasLossProbe)
        {
            now += fires(timeout);
            sends.Add(now);
        }

        var next = timeout;
        var longestPatience = Nanoseconds.Zero;
        Nanoseconds? stamp = CountsFromFirstSend ? Nanoseconds.Zero : null;
        for (var retransmits = 0; ; retransmits++)
        {
            now += fires(next);
            var patience = UserTimeout > Nanoseconds.Zero ? UserTimeout : Patience?.Invoke(timeout) ?? Forever;
            longestPatience = Max(longestPatience, patience);
            if (sends.Count >= leastSends && (retransmits >= MostRetransmits || (retransmits > 0 && now - stamp!.Value >= patience)))
            {
                return new Course(sends.ToImmutable(), now, stamp ?? now, longestPatience);
            }

            sends.Add(now);
            stamp ??= now;
            timeout = retransmits + 1 > Linear ? Min(timeout + timeout, Longest) : timeout;
            next = UserTimeout > Nanoseconds.Zero ? Min(timeout, Max(OneTick, stamp.Value + UserTimeout - now)) : timeout;
        }
    }

    private static Nanoseconds Min(Nanoseconds a, Nanoseconds b) => a < b ? a : b;

    private static Nanoseconds Max(Nanoseconds a, Nanoseconds b) => a > b ? a : b;

    private sealed record Course(ImmutableArray<Nanoseconds> Sends, Nanoseconds GivesUp, Nanoseconds Stamp, Nanoseconds LongestPatience);
}
