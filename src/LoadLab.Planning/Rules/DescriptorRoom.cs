using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>The descriptors that a server has left for connections, and its accept loop's tries while it has none.</summary>
/// <remarks>
/// accept() takes the descriptor before it looks at the queue (net/socket.c __sys_accept4_file: get_unused_fd_flags, then do_accept), so a loop that has used its last one fails at once, whether or not a connection waits.
/// Concurrency: one simulation, one thread.
/// </remarks>
internal sealed class DescriptorRoom(long? spare, AtLimitPolicy policy)
{
    private long free = spare ?? long.MaxValue;
    private Nanoseconds wait;

    /// <summary>True when no descriptor is left.</summary>
    public bool IsUsedUp => free == 0;

    /// <summary>True for a policy under which what is queued is accepted and closed.</summary>
    public bool Sheds => policy.Kind == AtLimitKind.Shed;

    /// <summary>True for a policy that tries again as soon as a connection of its own was closed: by waiting for that, or by trying all the time.</summary>
    public bool TriesAtAClose => policy.Kind is AtLimitKind.Spin or AtLimitKind.Pause or AtLimitKind.Shed;

    /// <summary>True for a policy that finds out at once when there is room again, however that came.</summary>
    public bool TriesAllTheTime => policy.Kind == AtLimitKind.Spin;

    /// <summary>True when the number of tries follows from the policy: a loop that spins tries as often as it gets a processor, one that sheds once more for each that knocks.</summary>
    public bool CountsTries => policy.Kind is AtLimitKind.Sleep or AtLimitKind.Backoff or AtLimitKind.Pause;

    /// <summary>accept() that found no descriptor.</summary>
    public long Failed { get; private set; }

    /// <summary>Connections that were accepted and closed at once.</summary>
    public long Shed { get; private set; }

    /// <summary>Accepts up to so many; how many it takes from the queue.</summary>
    public long Take(long wanted)
    {
        var kept = Math.Min(wanted, free);
        free -= spare is null ? 0 : kept;
        wait = kept > 0 ? Nanoseconds.Zero : wait;
        Shed += Sheds ? wanted - kept : 0;
        return Sheds ? wanted : kept;
    }

    /// <summary>So many connections were closed, or the limit was raised by so many.</summary>
    public void Free(long count) => free += spare is null ? 0 : count;

    /// <summary>accept() fails once more; how long until it is tried again.</summary>
    public Nanoseconds Fail()
    {
        Failed++;
        wait = policy.Kind switch
        {
            AtLimitKind.Backoff => Smaller(wait == Nanoseconds.Zero ? policy.First : wait + wait, policy.Longest),
            AtLimitKind.Spin or AtLimitKind.Sleep or AtLimitKind.Pause or AtLimitKind.Shed => policy.First,
        };
        return wait;
    }

    private static Nanoseconds Smaller(Nanoseconds a, Nanoseconds b) => a < b ? a : b;
}
