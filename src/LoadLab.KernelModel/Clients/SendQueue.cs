using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>What a client's end has written and the server has not acknowledged: segments in flight, bytes that wait to go out, the FIN.</summary>
/// <remarks>
/// Beside a segment in flight only full ones go out (Nagle); a FIN goes out with what waits. Once data was retransmitted it fills the congestion window, and
/// what is written then waits; since 6.10 a FIN does so too.
/// Kernel: net/ipv4/tcp_output.c tcp_write_xmit, tcp_bound_to_half_wnd, tcp_nagle_test, tcp_cwnd_test, tcp_send_fin, tcp_retrans_try_collapse.
/// Concurrency: one run, one thread.
/// </remarks>
internal sealed class SendQueue
{
    // The window of a SYN-ACK over loopback, and no segment is longer than half of it.
    private const int Window = 65_483;
    private const int Longest = Window / 2;

    private readonly List<long> inFlight = [];
    private long waiting;

    /// <summary>Bytes that have gone out.</summary>
    public long InFlight => inFlight.Sum();

    /// <summary>Bytes that have gone out before the last segment.</summary>
    public long BeforeLast => inFlight.Count == 0 ? 0 : InFlight - inFlight[^1];

    /// <summary>True when a FIN has gone out in a segment without data.</summary>
    public bool IsFinAlone { get; private set; }

    /// <summary>True while a FIN is ready and waits.</summary>
    public bool IsFinHeld { get; private set; }

    /// <summary>A program writes, as much at once as its buffer has.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="isInLoss">See <see cref="SegmentTimer.IsInLoss"/>.</param>
    /// <returns>How many segments go out.</returns>
    public int Write(long bytes, bool isInLoss)
    {
        var before = inFlight.Count;
        for (var left = bytes; left > 0;)
        {
            var taken = waiting > Window ? left : Math.Min(left, SwarmSpec.SendBytes);
            (waiting, left) = (waiting + taken, left - taken);
            if (!isInLoss)
            {
                LetOut();
            }
        }

        return inFlight.Count - before;
    }

    /// <summary>A program closes or shuts down.</summary>
    /// <param name="isInLoss">See <see cref="SegmentTimer.IsInLoss"/>.</param>
    /// <param name="kernel">Its version.</param>
    /// <returns>True when the FIN goes out.</returns>
    public bool WriteFin(bool isInLoss, KernelVersion kernel)
    {
        IsFinHeld = (isInLoss && (waiting > 0 || kernel.IsAtLeast(6, 10))) || waiting > Longest || InFlight + waiting > Window;
        if (!IsFinHeld)
        {
            IsFinAlone = !LetTailOut();
        }

        return !IsFinHeld;
    }

    /// <summary>A tail loss probe sends what waits.</summary>
    /// <returns>False when nothing waits, so that the last segment goes out again.</returns>
    public bool LetTailOut()
    {
        var tail = Math.Min(waiting, Longest);
        if (tail == 0 || InFlight + tail > Window)
        {
            return false;
        }

        inFlight.Add(tail);
        waiting -= tail;
        return true;
    }

    /// <summary>The first segment goes out again, with as many behind it as it has room for.</summary>
    public void Collapse() => Collapse(0);

    /// <summary>The last segment has come, without those before it.</summary>
    public void LastHasCome()
    {
        if (IsFinAlone)
        {
            IsFinAlone = false;
        }
        else if (inFlight.Count > 1)
        {
            inFlight.RemoveAt(inFlight.Count - 1);
        }
    }

    /// <summary>The first segment has come: those behind it go out again, then what waits.</summary>
    /// <returns>How many go out again.</returns>
    public int FirstHasCome()
    {
        for (var at = 1; at < inFlight.Count; at++)
        {
            Collapse(at);
        }

        return Math.Max(0, inFlight.Count - 1);
    }

    /// <summary>All is acknowledged.</summary>
    public void Clear()
    {
        inFlight.Clear();
        (waiting, IsFinAlone, IsFinHeld) = (0, false, false);
    }

    private void LetOut()
    {
        if (inFlight.Count == 0)
        {
            var first = Math.Min(waiting, Longest);
            inFlight.Add(first);
            waiting -= first;
        }

        while (waiting >= Longest && InFlight + Longest <= Window)
        {
            inFlight.Add(Longest);
            waiting -= Longest;
        }
    }

    private void Collapse(int at)
    {
        while (at + 1 < inFlight.Count && inFlight[at] + inFlight[at + 1] <= Longest)
        {
            inFlight[at] += inFlight[at + 1];
            inFlight.RemoveAt(at + 1);
        }

        IsFinAlone &= inFlight.Count == 0 || at + 1 < inFlight.Count;
    }
}
