namespace LoadLab.Testing;

/// <summary>When an endpoint's thread calls accept4(2).</summary>
/// <remarks>Called by that thread alone.</remarks>
internal interface IAcceptRule
{
    /// <summary>Accepts what is due now.</summary>
    /// <param name="thread">The thread, which accepts and watches its listener.</param>
    /// <param name="nowNs">CLOCK_MONOTONIC.</param>
    /// <returns>CLOCK_MONOTONIC at which it wants to be called again at the latest; long.MaxValue: when the watched listener has a connection.</returns>
    long Turn(EndpointThread thread, long nowNs);
}

/// <summary>Accepts whatever is queued, at once.</summary>
internal sealed class AcceptsAtOnce : IAcceptRule
{
    private const int MostInARow = 64;

    /// <summary>After an accept4(2) that fails again at once: a limit of the process or of the machine.</summary>
    public const long PauseNs = 10_000_000;

    public long Turn(EndpointThread thread, long nowNs)
    {
        for (var row = 0; row < MostInARow; row++)
        {
            var errno = thread.TryAccept();
            if (errno == Model.Errno.EAGAIN)
            {
                thread.WatchListener(true);
                return long.MaxValue;
            }

            if (!errno.IsNone)
            {
                // What is queued stays queued, and epoll would report it at once again.
                thread.WatchListener(false);
                return nowNs + PauseNs;
            }
        }

        return nowNs;
    }
}

/// <summary>Accepts nothing until a moment, and then whatever is queued.</summary>
/// <param name="untilNs">CLOCK_MONOTONIC; long.MaxValue: until another rule is given.</param>
internal sealed class Stalls(long untilNs) : IAcceptRule
{
    public long Turn(EndpointThread thread, long nowNs)
    {
        if (nowNs >= untilNs)
        {
            return thread.Follow(new AcceptsAtOnce(), nowNs);
        }

        thread.WatchListener(false);
        return untilNs;
    }
}

/// <summary>Accepts connections at a rate: the server's own pace.</summary>
/// <param name="rate">So many in a second.</param>
internal sealed class AcceptsPaced(Model.Rate rate) : IAcceptRule
{
    private Server.AcceptPace pace = new(Kernel.RunClock.MonotonicNs, rate);
    private bool isLate;

    public long Turn(EndpointThread thread, long nowNs)
    {
        if (nowNs < pace.DueNs)
        {
            thread.WatchListener(false);
            return pace.DueNs;
        }

        var errno = thread.TryAccept();
        if (!errno.IsNone)
        {
            isLate = true;
            var isEmpty = errno == Model.Errno.EAGAIN;
            thread.WatchListener(isEmpty);
            return isEmpty ? long.MaxValue : nowNs + AcceptsAtOnce.PauseNs;
        }

        if (isLate)
        {
            pace.TakenLate(nowNs);
        }
        else
        {
            pace.TakenWhenDue();
        }

        isLate = false;
        return pace.DueNs;
    }
}
