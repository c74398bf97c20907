using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>What an accept thread does after an accept() that failed: waits as its policy says, and sheds where the policy does.</summary>
/// <remarks>Concurrency: everything runs on the accept thread but <see cref="DescriptorCameBack"/> and <see cref="ShedCount"/>.</remarks>
/// <param name="policy">How long it waits, and what ends that.</param>
/// <param name="doors">Where the thread waits.</param>
/// <param name="failures">Counts each failed accept4.</param>
/// <param name="shedOne">Accepts from a listener with the descriptor in reserve, and closes.</param>
/// <param name="accepted">Told of each connection that was accepted so.</param>
/// <param name="isOver">True when the thread has another order, which ends any wait.</param>
internal sealed class AtLimitPause(AtLimitPolicy policy, WatchedListeners doors, FailureCounts failures, Func<int, SyscallResult> shedOne, Action<int> accepted,
    Func<bool> isOver) : IDisposable
{
    private AtLimitWait wait = new(policy);
    private volatile bool awaitsAClose;
    private volatile int closes;
    private int closesBefore;
    private long shed;

    /// <summary>The descriptor in reserve; none where the policy does not shed.</summary>
    public SpareDescriptors Spare { get; } = Reserve(policy);

    /// <summary>Connections that were accepted at the fd limit and closed at once.</summary>
    public long ShedCount => Volatile.Read(ref shed);

    /// <summary>One of the server's connections was closed: a wait that a close ends is over.</summary>
    public void DescriptorCameBack()
    {
        _ = Interlocked.Increment(ref closes);
        if (awaitsAClose)
        {
            doors.Wake();
        }
    }

    /// <summary>accept() is about to be called: a close that comes after this is one that the answer does not know of.</summary>
    public void Asks() => closesBefore = closes;

    /// <summary>accept() has succeeded.</summary>
    public void Succeeded() => wait.Succeeded();

    /// <summary>accept() has failed: counts that, and waits.</summary>
    /// <param name="errno">How.</param>
    /// <param name="own">The listeners from which may be shed.</param>
    public void After(Errno errno, int[] own)
    {
        failures.Add("accept4", errno);
        var waitNs = wait.NextNs(errno);
        if (waitNs > 0)
        {
            awaitsAClose = wait.Row.EndsWithAClose;
            doors.Watch(wait.Row.Sheds && (errno == Errno.EMFILE || errno == Errno.ENFILE) ? own : []);
            WaitUntil(RunClock.MonotonicNs + waitNs);
            awaitsAClose = false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Spare.Dispose();

    // A wake-up that was meant for an earlier wait ends none of these: only the moment does, another order, or a close where the policy waits for one.
    private void WaitUntil(long untilNs)
    {
        while (RunClock.MonotonicNs < untilNs && !isOver() && !(awaitsAClose && closes != closesBefore))
        {
            foreach (var ready in doors.Wait(untilNs))
            {
                Shed(ready.Token);
            }
        }
    }

    // As long as no connection is closed this alone answers the clients that wait.
    private void Shed(int id)
    {
        var answer = shedOne(id);
        if (answer.IsOk)
        {
            accepted(id);
            Volatile.Write(ref shed, shed + 1);
        }
        else if (!AtLimitWait.IsNoAnswer(answer.Errno))
        {
            // Not even the one in reserve serves: whoever knocks would wake this thread again and again for nothing.
            failures.Add("accept4", answer.Errno);
            doors.Watch([]);
        }
    }

    private static SpareDescriptors Reserve(AtLimitPolicy policy)
    {
        var spare = new SpareDescriptors(new AtLimitWait(policy).Row.Sheds ? 1 : 0);
        spare.Take();
        return spare;
    }
}
