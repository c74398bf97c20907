using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>One thread that calls accept() on its share of the listeners, as the order of its <see cref="AcceptLoop"/> says.</summary>
/// <remarks>
/// Concurrency: everything runs on the thread itself but <see cref="Wake"/>, <see cref="FollowedGeneration"/> and <see cref="AddAccepted"/>, which
/// read or write one word.
/// Speed: with one listener and a policy that lets it, it sits in a blocking accept4(2) on the descriptor: one system call a connection, no
/// exception, no allocation.
/// A listener's O_NONBLOCK is shared by all threads that serve it. Each thread sets it as its order asks before it says that it follows; a thread
/// that comes late under the
/// old order sets it once more when it takes up the new one, so it is right once all have said so.
/// </remarks>
internal sealed class AcceptThread : IDisposable
{
    /// <summary>After so many from one listener another has its turn.</summary>
    private const int MostInARow = 64;

    private readonly int[] own;
    private readonly int[] all;
    private readonly bool isFirst;
    private readonly AcceptLoop loop;
    private readonly ListenerGroup listeners;
    private readonly DescriptorReserve reserve;
    private readonly ConnectionSink sink;
    private readonly WatchedListeners doors;
    private readonly Thread thread;
    private readonly long[] accepted;
    private readonly AtLimitPause atLimit;
    private int followed;
    private int turn;

    /// <summary>Makes the thread, which does not run yet.</summary>
    public AcceptThread(int index, int[] own, AtLimitPolicy policy, AcceptLoop loop, ListenerGroup listeners, DescriptorReserve reserve, ConnectionSink sink,
        FailureCounts failures)
    {
        this.own = own;
        (isFirst, this.loop, this.listeners, this.reserve, this.sink) = (index == 0, loop, listeners, reserve, sink);
        doors = new WatchedListeners(listeners);
        all = [.. Enumerable.Range(0, listeners.Count)];
        accepted = new long[listeners.Count];
        Recorder = new AcceptRecorder(AcceptRecorder.RowsOfRun / loop.ThreadCount);
        atLimit = new AtLimitPause(policy, doors, failures, id => reserve.Shed(listeners[id], atLimit!.Spare), CountAccepted,
            () => loop.Order.Generation != followed);
        thread = new Thread(Run) { IsBackground = true, Name = $"accept {index}" };
    }

    /// <summary>The generation of the order that it follows.</summary>
    public int FollowedGeneration => Volatile.Read(ref followed);

    /// <summary>When its accept() calls gave a connection.</summary>
    public AcceptRecorder Recorder { get; }

    /// <summary>Its descriptor for shedding takes the lowest number that is free by now.</summary>
    public void SettleSpare()
    {
        atLimit.Spare.Release();
        atLimit.Spare.Take();
    }

    /// <summary>Starts it.</summary>
    public void Start() => thread.Start();

    /// <summary>Waits until it has left.</summary>
    public void Join()
    {
        if (thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            return;
        }

        thread.Join();
    }

    /// <summary>Ends its wait in epoll.</summary>
    public void Wake() => doors.Wake();

    /// <summary>Connections that it accepted at the fd limit and closed at once.</summary>
    public long ShedCount => atLimit.ShedCount;

    /// <summary>One of the server's connections was closed: a thread whose policy waits for that tries again.</summary>
    public void DescriptorCameBack() => atLimit.DescriptorCameBack();

    /// <summary>Adds what it has accepted, by listener.</summary>
    public void AddAccepted(long[] sum)
    {
        for (var id = 0; id < sum.Length; id++)
        {
            sum[id] += Volatile.Read(ref accepted[id]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        atLimit.Dispose();
        doors.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            var order = loop.Order;
            var step = order.StepAt(RunClock.MonotonicNs);
            SetBlocking(order.Policy.Kind, step.Mode);
            if (order.Generation != followed)
            {
                Volatile.Write(ref followed, order.Generation);
                loop.Acknowledge();
            }

            if (order.Ends)
            {
                return;
            }

            switch (step.Mode)
            {
                case AcceptMode.Closed:
                    IdleUntil(step.UntilNs);
                    break;
                case AcceptMode.Free when own.Length == 1:
                    AcceptBlocking(order, own[0]);
                    break;
                case AcceptMode.Free:
                case AcceptMode.Watched:
                    AcceptWatched(order, step.UntilNs);
                    break;
                case AcceptMode.Paced when isFirst:
                    AcceptPaced(order);
                    break;
                case AcceptMode.Paced:
                    // The rate is the server's, not a thread's: the first thread paces all listeners in turn.
                    doors.Idle(long.MaxValue);
                    break;
            }
        }
    }

    private void IdleUntil(long untilNs)
    {
        doors.Idle(untilNs);
        loop.WasLate(RunClock.MonotonicNs - untilNs);
    }

    private void SetBlocking(AcceptPolicyKind policy, AcceptMode mode)
    {
        if (policy == AcceptPolicyKind.Never)
        {
            return;
        }

        var nonBlocking = own.Length > 1 || policy == AcceptPolicyKind.Paced || mode == AcceptMode.Watched;
        foreach (var id in policy == AcceptPolicyKind.Paced && isFirst ? all : own)
        {
            listeners.SetNonBlocking(id, nonBlocking);
        }
    }

    private void AcceptBlocking(AcceptOrder order, int id)
    {
        while (ReferenceEquals(loop.Order, order))
        {
            if (!TryAccept(id, out var errno))
            {
                PauseAfter(errno);
            }
        }
    }

    private void AcceptWatched(AcceptOrder order, long untilNs)
    {
        doors.Watch(own);
        foreach (var ready in doors.Wait(untilNs))
        {
            var errno = Errno.None;
            for (var row = 0; row < MostInARow && errno.IsNone && RunClock.MonotonicNs < untilNs && ReferenceEquals(loop.Order, order); row++)
            {
                if (TryAccept(ready.Token, out errno) && order is { StartNs: null, StartsWithFirst: true })
                {
                    loop.FirstAccepted(RunClock.MonotonicNs);
                }
            }

            // An idle wait asks epoll anew, so what is ready must not be looked at after it.
            if (!errno.IsNone && !AtLimitWait.IsNoAnswer(errno))
            {
                PauseAfter(errno);
                return;
            }
        }
    }

    private void AcceptPaced(AcceptOrder order)
    {
        var pace = new AcceptPace(order.StartNs ?? RunClock.MonotonicNs, order.Policy.Rate);
        var isLate = false;
        while (ReferenceEquals(loop.Order, order))
        {
            if (RunClock.MonotonicNs < pace.DueNs)
            {
                IdleUntil(pace.DueNs);
                continue;
            }

            if (TryAcceptInTurn(out var errno))
            {
                if (isLate)
                {
                    pace.TakenLate(RunClock.MonotonicNs);
                }
                else
                {
                    pace.TakenWhenDue();
                }

                isLate = false;
                continue;
            }

            isLate = true;
            if (AtLimitWait.IsNoAnswer(errno))
            {
                doors.Watch(all);
                _ = doors.Wait(long.MaxValue);
            }
            else
            {
                PauseAfter(errno);
            }
        }
    }

    private bool TryAcceptInTurn(out Errno errno)
    {
        errno = Errno.EAGAIN;
        for (var tried = 0; tried < all.Length && errno == Errno.EAGAIN; tried++)
        {
            turn = (turn + 1) % all.Length;
            if (TryAccept(turn, out errno))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryAccept(int id, out Errno errno)
    {
        atLimit.Asks();
        var answer = reserve.Accept(listeners[id]);
        errno = answer.Errno;
        if (!answer.IsOk)
        {
            return false;
        }

        CountAccepted(id);
        atLimit.Succeeded();
        sink.Take((int)answer.Value);
        return true;
    }

    private void CountAccepted(int id)
    {
        Recorder.Add(RunClock.MonotonicNs);
        Volatile.Write(ref accepted[id], accepted[id] + 1);
    }

    private void PauseAfter(Errno errno)
    {
        if (!AtLimitWait.IsNoAnswer(errno) && !loop.Order.Ends)
        {
            atLimit.After(errno, loop.Order.Policy.Kind == AcceptPolicyKind.Paced ? all : own);
        }
    }
}
