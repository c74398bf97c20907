using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The server's accept loop: when it calls accept(), and what it does when no descriptor is left.</summary>
/// <remarks>
/// accept4() takes the descriptor before it looks at the queue, so a loop without one fails whether or not a connection waits. A blocking accept4() that waits
/// has its descriptor already: it serves one connection more than are free when the limit is lowered to none. Kernel: net/socket.c __sys_accept4_file;
/// fs/file.c alloc_fd. Concurrency: one run, one thread; threads of the loop differ only in how many descriptors wait with them.
/// </remarks>
internal sealed class AcceptLoop : IAccepts
{
    private readonly Timeline timeline;
    private readonly Timing timing;
    private readonly ServedListeners listeners;
    private readonly ServerProgram program;
    private readonly AtLimitPolicy atLimit;
    private readonly LimitWait wait;
    private readonly AcceptClock clock;
    private readonly bool isLimited;
    private readonly bool mayRunMeanwhile;
    private readonly bool hasSeveral;
    private readonly int threads;
    private readonly WaitingCalls calls;
    private long free;
    private bool hasWaitingCall;
    private bool isDue;
    private bool awaitsArrival;
    private bool wasWokenByReturn;
    private int generation;
    private int attempt;

    /// <summary>The loop of one server.</summary>
    public AcceptLoop(Timeline timeline, Timing timing, Scenario scenario, ServedListeners listeners, ServerProgram program, int processors)
    {
        (this.timeline, this.timing, this.listeners, this.program) = (timeline, timing, listeners, program);
        atLimit = scenario.Server.AtLimit;
        wait = new LimitWait(atLimit);
        clock = new AcceptClock(scenario.Server.Accept, timing.FirstAcceptDelay ?? timing.AcceptDelay, timing.AcceptDelay);
        threads = scenario.Server.AcceptThreads;
        hasSeveral = listeners.Count > threads;
        isLimited = scenario.ServerSpare is not null;
        // On one processor it waits until the softirq is done.
        mayRunMeanwhile = processors > 1 && timing.AcceptsMeanwhile;
        free = scenario.ServerSpare ?? long.MaxValue;
        calls = new WaitingCalls(scenario.Server, timing.Choice);
        // It waits for 50 ms at most (SO_RCVTIMEO), and its next call fails: whether a connection comes before that is open.
        hasWaitingCall = free == 0 && scenario.Server.Accept.Kind == AcceptPolicyKind.Eager && listeners.Count == 1 && timing.Choice == 0;
        program.DescriptorReturned += Returned;
    }

    public long Accepted { get; private set; }

    public long Shed { get; private set; }

    public long Failed { get; private set; }

    /// <summary>True while the loop has no descriptor and has noticed it.</summary>
    public bool IsAtLimit { get; private set; }

    /// <summary>True when the number of failed calls follows from the policy: one that spins tries as often as it gets a processor.</summary>
    /// <remarks>
    /// One that pauses goes on when a descriptor comes back, and whether it asks for the next before that one comes back too has no rule.
    /// Several threads find the limit one after the other, and each of them waits by itself.
    /// </remarks>
    public bool CountsFailures => threads == 1
        && (atLimit.Kind is AtLimitKind.Sleep or AtLimitKind.Backoff || (atLimit.Kind == AtLimitKind.Pause && !wasWokenByReturn));

    public Nanoseconds? Emptied { get; private set; }

    public void Begin()
    {
        clock.Begin(timeline.Now);
        CallWhenItBlocks(AcceptPolicyKind.Stalled);
        Schedule();
    }

    public void Follow(AcceptPolicy policy)
    {
        clock.Change(policy, timeline.Now);
        generation++;
        isDue = false;
        awaitsArrival = false;
        // Another order ends every wait at the limit.
        IsAtLimit = false;
        CallWhenItBlocks(policy.Kind);
        Schedule();
    }

    public void Wake()
    {
        if (awaitsArrival)
        {
            awaitsArrival = false;
            TryAfter(timing.AcceptDelay);
        }

        Schedule();
    }

    public void Raise(long by)
    {
        free = isLimited ? Math.Max(0, free) + by : free;
        if (IsAtLimit && atLimit.Kind == AtLimitKind.Spin)
        {
            Try(generation, attempt);
        }
        else if (IsAtLimit && atLimit.Kind == AtLimitKind.Shed)
        {
            // Where in its wait the loop is then has no rule.
            TryAfter(new Nanoseconds((long)(LimitWait.LookAgain.Value * timing.Choice)));
        }
    }

    // A blocking accept() finds at once that there is no descriptor, also while nothing is queued. One that waits in epoll does not.
    private void CallWhenItBlocks(AcceptPolicyKind kind)
    {
        if (isLimited && !hasSeveral && clock.Policy.Kind == kind && clock.BlocksFrom(timeline.Now) is { } moment)
        {
            var of = generation;
            timeline.Add(moment + timing.AcceptDelay, () =>
            {
                if (IsFull && !IsAtLimit && !hasWaitingCall)
                {
                    Accept(of);
                }
            });
        }
    }

    private bool IsFull => free <= calls.Descriptors;

    private bool WaitsInEpoll => (hasSeveral && !IsPaced) || clock.IsWatching(timeline.Now);

    // The thread that reads closes a little later, and the accept loop may ask for its next descriptor before: how often has no rule.
    private void Returned()
    {
        if (isLimited && timing.AcceptDelay > Nanoseconds.Zero)
        {
            timeline.Add(timeline.Now + timing.AcceptDelay, Credit);
        }
        else
        {
            Credit();
        }
    }

    private void Credit()
    {
        free += isLimited ? 1 : 0;
        if (IsAtLimit && atLimit.Kind is AtLimitKind.Spin or AtLimitKind.Pause or AtLimitKind.Shed)
        {
            wasWokenByReturn = true;
            TryAfter(timing.AcceptDelay);
        }
    }

    private void Accept(int of)
    {
        if (of != generation)
        {
            return;
        }

        isDue = false;
        if (IsAtLimit)
        {
            TakeShed();
            return;
        }

        var taken = 0L;
        var takesTime = clock.TakesAll && timing.AcceptTime > Nanoseconds.Zero;
        while (listeners.Queued > 0 && (taken == 0 || (clock.TakesAll && !takesTime)) && (!IsFull || hasWaitingCall))
        {
            var flow = listeners.Take(timeline);
            free -= isLimited ? 1 : 0;
            hasWaitingCall = false;
            Accepted++;
            taken++;
            wait.Succeeded();
            program.Accepted(flow);
        }

        NoteEmptied(taken);
        if (taken > 0)
        {
            clock.Accepted(timeline.Now);
        }

        if (IsFull && (IsPaced ? taken == 0 : listeners.Queued > 0 || clock.TakesAll))
        {
            Fail();
            return;
        }

        if (taken > 0 && takesTime && listeners.Queued > 0)
        {
            isDue = true;
            timeline.Add(timeline.Now + timing.AcceptTime, () => Accept(of));
            return;
        }

        Schedule();
    }

    private void TakeShed()
    {
        var taken = 0L;
        while (atLimit.Kind == AtLimitKind.Shed && listeners.Queued > 0)
        {
            var flow = listeners.Take(timeline);
            Accepted++;
            taken++;
            if (free > 0 && calls.TakeNext(Shed))
            {
                free--;
                program.Accepted(flow);
                continue;
            }

            Shed++;
            program.Shed(flow);
        }

        NoteEmptied(taken);
    }

    private void NoteEmptied(long taken) => Emptied = taken > 0 && listeners.IsFoundEmptied(timeline.Now, timing) ? timeline.Now : Emptied;

    // A paced loop calls accept() when it is due, also while nothing is queued; the others go on at once.
    private bool IsPaced => clock.Policy.Kind == AcceptPolicyKind.Paced;

    // The next accept() needs a descriptor before it looks at the queue.
    private void Fail()
    {
        IsAtLimit = true;
        Failed++;
        var pause = wait.Next();
        attempt++;
        if (atLimit.Kind != AtLimitKind.Spin)
        {
            TryAfter(pause + timing.AcceptDelay);
        }

        Schedule();
    }

    private void TryAfter(Nanoseconds pause)
    {
        var (ofOrder, ofAttempt) = (generation, attempt);
        timeline.Add(timeline.Now + pause, () => Try(ofOrder, ofAttempt));
    }

    private void Try(int of, int ofAttempt)
    {
        if (of != generation || ofAttempt != attempt || !IsAtLimit)
        {
            return;
        }

        if (clock.StallEnds(timeline.Now) is { } end)
        {
            TryAfter(end - timeline.Now);
            return;
        }

        if (IsFull)
        {
            awaitsArrival = WaitsInEpoll && listeners.Queued == 0;
            if (!awaitsArrival)
            {
                Fail();
            }

            return;
        }

        IsAtLimit = false;
        Accept(of);
    }

    private void Schedule()
    {
        if ((listeners.Queued > 0 || (IsPaced && IsFull)) && !isDue && (!IsAtLimit || atLimit.Kind == AtLimitKind.Shed)
            && clock.Next(timeline.Now) is { } moment)
        {
            isDue = true;
            var then = generation;
            if (mayRunMeanwhile && moment <= timeline.Now)
            {
                timeline.AddMeanwhile(() => Accept(then));
            }
            else
            {
                timeline.Add(moment, () => Accept(then));
            }
        }
    }
}
