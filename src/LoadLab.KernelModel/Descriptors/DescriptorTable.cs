using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The descriptors of one process: the lowest free number, and none from RLIMIT_NOFILE's soft limit on.</summary>
/// <remarks>
/// The number decides, not the count: what is open above a lowered limit stays usable, and takes no room below it. Numbers count from those that the process
/// has open when the model begins.
/// accept4() takes its descriptor before it looks at the queue, and keeps it while it waits: <see cref="TryReserve"/>.
/// Kernel: fs/file.c alloc_fd, put_unused_fd; net/socket.c __sys_accept4_file (get_unused_fd_flags, then do_accept); measured on 6.18.
/// Concurrency: one run, one thread.
/// </remarks>
/// <param name="limit">The soft limit less the descriptors that are open already; null: the process has more than it can need.</param>
internal sealed class DescriptorTable(long? limit)
{
    private readonly PriorityQueue<int, int> returned = new();
    private readonly Queue<int> reserved = [];
    private int next;
    private long returnedBelowLimit;
    private long limit = limit ?? long.MaxValue;

    /// <summary>Descriptors in use, those that waiting accept4() calls have among them.</summary>
    public long Open => next - returned.Count;

    /// <summary>Numbers that are free below the limit.</summary>
    public long Free => limit == long.MaxValue ? limit : Math.Max(0, limit - next) + returnedBelowLimit;

    /// <summary>Calls that have failed with EMFILE.</summary>
    public long Failed { get; private set; }

    /// <summary>The soft limit is another one from now on.</summary>
    public void SetLimit(long soft)
    {
        limit = soft;
        returnedBelowLimit = returned.UnorderedItems.Count(one => one.Element < soft);
    }

    /// <summary>socket() or open(): EMFILE when no number is free.</summary>
    /// <param name="number">The number; -1 when it fails.</param>
    public Errno Take(out int number)
    {
        number = returned.TryPeek(out var lowest, out _) ? lowest : next;
        if (number >= limit)
        {
            (number, Failed) = (-1, Failed + 1);
            return Errno.EMFILE;
        }

        if (number == next)
        {
            next++;
        }
        else
        {
            _ = returned.Dequeue();
            returnedBelowLimit--;
        }

        return Errno.None;
    }

    /// <summary>close().</summary>
    public void Return(int number)
    {
        returned.Enqueue(number, number);
        returnedBelowLimit += number < limit ? 1 : 0;
    }

    /// <summary>accept4() begins and has its descriptor, whether or not a connection waits; false when it fails with EMFILE.</summary>
    public bool TryReserve()
    {
        if (Take(out var number) is { IsNone: false })
        {
            return false;
        }

        reserved.Enqueue(number);
        return true;
    }

    /// <summary>The accept4() that has waited longest returns a connection, with the descriptor that it took.</summary>
    public int Accept() => reserved.Dequeue();

    /// <summary>It returns without one (EAGAIN after its time-out, EINTR), and gives its descriptor back.</summary>
    public void GiveUp() => Return(reserved.Dequeue());

    /// <summary>accept4() calls that have their descriptor and wait.</summary>
    public int Reserved => reserved.Count;
}
