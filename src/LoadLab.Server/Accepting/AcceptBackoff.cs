using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>How long an accept thread pauses after an accept() that can fail again at once: 5 ms, doubled each time up to 1 s, as Go's net/http does.</summary>
/// <remarks>At the fd limit accept() fails at once for as long as a descriptor is missing, whether or not a connection is queued: without a pause that is a busy loop.</remarks>
internal struct AcceptBackoff
{
    private const long FirstNs = 5_000_000;
    private const long LongestNs = 1_000_000_000;

    // accept(2): the peer was gone. It consumed a queued connection, so it cannot repeat for ever.
    private static readonly Errno ECONNABORTED = new(103);
    private long lastNs;

    /// <summary>True for answers that say nothing about the load: no connection within the time-out, or a signal of our own runtime.</summary>
    public static bool IsNoAnswer(Errno errno) => errno == Errno.EAGAIN || errno == Errno.EINTR;

    /// <summary>The pause after this failure.</summary>
    public long NextNs(Errno errno)
    {
        if (errno == ECONNABORTED)
        {
            return 0;
        }

        lastNs = Math.Clamp(lastNs * 2, FirstNs, LongestNs);
        return lastNs;
    }

    /// <summary>An accept() has succeeded.</summary>
    public void Succeeded() => lastNs = 0;
}
