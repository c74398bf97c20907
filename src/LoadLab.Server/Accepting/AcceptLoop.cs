using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>The accept threads and the order they follow.</summary>
/// <remarks>
/// Concurrency: one reference, <see cref="Order"/>, goes from the thread that gives orders to the accepting threads; each compares it after every
/// accept() and tells back which generation it follows. Orders are given one after another. Threads that wait in epoll are woken; one inside a
/// blocking accept() sees the order within 50 ms (SO_RCVTIMEO of the listener).
/// Accepts are counted by each thread for itself and added up on request.
/// </remarks>
internal sealed class AcceptLoop : IDisposable
{
    private readonly object gate = new();
    private readonly AcceptThread[] threads;
    private readonly int listenerCount;
    private volatile AcceptOrder order;
    private long lateness;

    /// <summary>Makes the threads, which do not run yet.</summary>
    public AcceptLoop(ServerSpec spec, ListenerGroup listeners, DescriptorReserve reserve, ConnectionSink sink, FailureCounts failures, bool startsWithFirst)
    {
        listenerCount = listeners.Count;
        ThreadCount = spec.AcceptThreads;

        // A server on its own has no load that begins: its paced clock may as well run, since a queue that is empty when due restarts it.
        long? start = startsWithFirst && spec.Accept.Kind == AcceptPolicyKind.Paced ? RunClock.MonotonicNs : null;
        order = new AcceptOrder(spec.Accept, start, startsWithFirst, Generation: 1);
        threads = [.. Enumerable.Range(0, spec.AcceptThreads).Select(
            i => new AcceptThread(i, Share(i, spec.AcceptThreads), spec.AtLimit, this, listeners, reserve, sink, failures))];
    }

    /// <summary>How many threads accept.</summary>
    public int ThreadCount { get; }

    /// <summary>When accept() gave connections since the last time this was asked, thread by thread, and how many were only counted. Asked by one thread at
    /// a time.</summary>
    public (ImmutableArray<long> Moments, long More) TakeRecords()
    {
        var (moments, more) = (ImmutableArray<long>.Empty, 0L);
        foreach (var thread in threads)
        {
            var taken = thread.Recorder.Take();
            moments = moments.AddRange(taken.Moments.AsSpan());
            more += taken.More;
        }

        return (moments, more);
    }

    /// <summary>What to follow now.</summary>
    public AcceptOrder Order => order;

    /// <summary>Each thread's descriptor for shedding takes the lowest number that is free by now.</summary>
    public void SettleSpares() => Array.ForEach(threads, thread => thread.SettleSpare());

    /// <summary>Starts the threads.</summary>
    public void Start() => Array.ForEach(threads, thread => thread.Start());

    /// <summary>Starts the policy's clock, unless it has been started already. Returns when every thread knows; at once where no clock matters.</summary>
    public void Begin(long startNs)
    {
        if (order.StartNs is null)
        {
            Give(current => current.StartNs is null ? current.Next(current.Policy, startNs) : current,
                wait: order.Policy.Kind is AcceptPolicyKind.Paced or AcceptPolicyKind.Stalled);
        }
    }

    /// <summary>Another policy, with its clock. Returns when every thread follows it.</summary>
    public void Follow(AcceptPolicy policy, long startNs) => Give(current => current.Next(policy, startNs), wait: true);

    /// <summary>A thread has accepted the connection that starts the clock.</summary>
    public void FirstAccepted(long nowNs) => Give(current => current.StartNs is null ? current.Next(current.Policy, nowNs) : current, wait: false);

    /// <summary>A thread tells how late it went on after a wait for a moment, in nanoseconds.</summary>
    public void WasLate(long ns)
    {
        for (var longest = Volatile.Read(ref lateness); ns > longest; longest = Volatile.Read(ref lateness))
        {
            _ = Interlocked.CompareExchange(ref lateness, ns, longest);
        }
    }

    /// <summary>The greatest lateness since the last time it was asked for.</summary>
    public long TakeLateness() => Interlocked.Exchange(ref lateness, 0);

    /// <summary>A thread tells that it follows the order it has read.</summary>
    public void Acknowledge()
    {
        lock (gate)
        {
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Accepted connections by listener.</summary>
    public long[] Accepted()
    {
        var sum = new long[listenerCount];
        foreach (var thread in threads)
        {
            thread.AddAccepted(sum);
        }

        return sum;
    }

    /// <summary>Connections that were accepted at the fd limit and closed at once.</summary>
    public long Shed => threads.Sum(thread => thread.ShedCount);

    /// <summary>One of the server's connections was closed.</summary>
    public void DescriptorCameBack()
    {
        foreach (var thread in threads)
        {
            thread.DescriptorCameBack();
        }
    }

    /// <summary>Makes every thread leave and waits for it. Those inside a blocking accept() leave within 50 ms.</summary>
    public void Stop()
    {
        Give(current => current.End(), wait: false);
        Array.ForEach(threads, thread => thread.Join());
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(threads, thread => thread.Dispose());

    private int[] Share(int thread, int of) => of >= listenerCount
        ? [thread % listenerCount]
        : [.. Enumerable.Range(0, listenerCount).Where(listener => listener % of == thread)];

    private void Give(Func<AcceptOrder, AcceptOrder> next, bool wait)
    {
        lock (gate)
        {
            if (order.Ends)
            {
                return;
            }

            var given = next(order);
            order = given;
            Array.ForEach(threads, thread => thread.Wake());
            while (wait && Array.Exists(threads, thread => thread.FollowedGeneration < given.Generation))
            {
                _ = Monitor.Wait(gate);
            }
        }
    }
}
