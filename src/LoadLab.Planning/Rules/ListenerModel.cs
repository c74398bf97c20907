namespace LoadLab.Planning.Rules;

/// <summary>What the listener made of a SYN.</summary>
internal enum SynFate
{
    /// <summary>Dropped without an answer.</summary>
    Dropped,

    /// <summary>A half-open request, SYN-ACK sent.</summary>
    Queued,

    /// <summary>SYN-ACK sent with a cookie, nothing kept.</summary>
    Cookie,
}

/// <summary>What the listener made of a packet that ends a handshake.</summary>
internal enum AckFate
{
    /// <summary>Ignored: the accept queue is full.</summary>
    Ignored,

    /// <summary>In the accept queue.</summary>
    Established,

    /// <summary>Answered by a RST.</summary>
    Reset,
}

/// <summary>One listener's two queues, packet by packet, by the kernel's rules and nothing else; it knows no time.</summary>
/// <remarks>
/// Order of the tests on a SYN: SYN queue, accept queue, last quarter. A cookie's handshake goes straight to the accept queue.
/// Kernel: net/ipv4/tcp_input.c tcp_conn_request; net/ipv4/tcp_minisocks.c tcp_check_req; net/ipv4/syncookies.c cookie_v4_check.
/// </remarks>
internal sealed class ListenerModel(SynQueueSettings settings, int liveBacklog)
{
    /// <summary>Sysctls as they are now.</summary>
    public SynQueueSettings Settings { get; set; } = settings;

    /// <summary>The live backlog.</summary>
    public int LiveBacklog { get; set; } = liveBacklog;

    /// <summary>All that is counted.</summary>
    public ListenerCounts Counts { get; private set; } = new();

    /// <summary>A SYN of a stranger comes.</summary>
    public SynFate Syn()
    {
        var isCookie = Settings.Syncookies == 2 || SynQueue.IsFull(Counts.HalfOpen, LiveBacklog, Settings.HoldsOneMore);
        if (isCookie && Settings.Syncookies == 0)
        {
            Counts = Counts with { FullDrops = Counts.FullDrops + 1 };
            return SynFate.Dropped;
        }

        if (isCookie)
        {
            Counts = Counts with { FullDoCookies = Counts.FullDoCookies + 1 };
        }

        if (AcceptQueue.IsFull(Counts.Queue, LiveBacklog))
        {
            Counts = Counts with { Overflows = Counts.Overflows + 1 };
            return SynFate.Dropped;
        }

        if (isCookie)
        {
            Counts = Counts with { CookiesSent = Counts.CookiesSent + 1 };
            return SynFate.Cookie;
        }

        if (Settings.Syncookies == 0 && SynQueue.IsLastQuarter(Counts.HalfOpen, Settings.MaxSynBacklog))
        {
            Counts = Counts with { QuarterDrops = Counts.QuarterDrops + 1 };
            return SynFate.Dropped;
        }

        Counts = Counts with { HalfOpen = Counts.HalfOpen + 1, Young = Counts.Young + 1 };
        return SynFate.Queued;
    }

    /// <summary>A packet comes that ends the handshake of a half-open request, which has seen so many time-outs.</summary>
    public AckFate FinalAck(int timeouts)
    {
        var isIn = Enter();
        Counts = Counts with { IgnoredFinalAcks = Counts.IgnoredFinalAcks + (isIn ? 0 : 1) };
        if (!isIn && !Settings.AbortsOnOverflow)
        {
            return AckFate.Ignored;
        }

        Remove(timeouts);
        return isIn ? AckFate.Established : AckFate.Reset;
    }

    /// <summary>A packet comes that ends a cookie's handshake.</summary>
    public AckFate CookieAck()
    {
        if (Settings.Syncookies == 0)
        {
            return AckFate.Reset;
        }

        Counts = Counts with { CookiesReceived = Counts.CookiesReceived + 1 };
        return Enter() ? AckFate.Established : AckFate.Ignored;
    }

    /// <summary>A half-open request goes: reset by its client, or given up.</summary>
    public void Remove(int timeouts) => Counts = Counts with { HalfOpen = Counts.HalfOpen - 1, Young = Counts.Young - (timeouts == 0 ? 1 : 0) };

    /// <summary>The timer of a half-open request fires that has seen so many time-outs before.</summary>
    /// <returns>True when its SYN-ACK is sent again, false when the request is gone.</returns>
    public bool Timeout(int timeouts)
    {
        Counts = Counts with { Timeouts = Counts.Timeouts + 1 };
        if (timeouts >= SynAckSchedule.RetriesWhenCrowded(Settings.SynAckRetries, Counts.HalfOpen, Counts.Young, LiveBacklog))
        {
            Remove(timeouts);
            Counts = Counts with { Expired = Counts.Expired + 1 };
            return false;
        }

        Counts = Counts with { Young = Counts.Young - (timeouts == 0 ? 1 : 0), SynAcksAgain = Counts.SynAcksAgain + 1 };
        return true;
    }

    /// <summary>accept() takes so many.</summary>
    public void Accept(long count) => Counts = Counts with { Queue = Counts.Queue - count, Accepted = Counts.Accepted + count };

    private bool Enter()
    {
        var isFull = AcceptQueue.IsFull(Counts.Queue, LiveBacklog);
        Counts = isFull ? Counts with { Overflows = Counts.Overflows + 1 } : Counts with { Queue = Counts.Queue + 1, Established = Counts.Established + 1 };
        return !isFull;
    }
}
