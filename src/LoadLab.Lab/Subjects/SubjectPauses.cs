using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Makes a process that is not ours accept when a policy says so: by SIGSTOP and SIGCONT, which is all that can be asked of it.</summary>
/// <remarks>Concurrency: commands come one after the other; the stall of <c>stalled</c> is a thread of its own, which the next policy ends.</remarks>
internal sealed class SubjectPauses(Func<IReadOnlyList<int>> pids, RunClock clock, AcceptPolicy policy) : IDisposable
{
    private static readonly Nanoseconds Look = Nanoseconds.FromMilliseconds(1);
    private static readonly Nanoseconds Patience = Nanoseconds.FromSeconds(2);
    private AcceptPolicy policy = policy;
    private CancellationTokenSource stall = new();
    private Thread? thread;

    /// <summary>Why a stall could not be made; null: none failed.</summary>
    public LabFailureException? Failure { get; private set; }

    /// <summary>As it is to be before a load begins.</summary>
    /// <exception cref="LabFailureException">A process cannot be stopped.</exception>
    public void Begin() => Apply(policy.Kind == AcceptPolicyKind.Never);

    /// <summary>A load begins: the clock of <c>stalled</c> starts.</summary>
    public void LoadBegins(Nanoseconds start)
    {
        if (policy.Kind == AcceptPolicyKind.Stalled && thread is null)
        {
            var (from, until) = (start + policy.After, start + policy.After + policy.For);
            thread = new Thread(() => Stall(from, until, stall.Token)) { IsBackground = true, Name = "subject's stall" };
            thread.Start();
        }
    }

    /// <summary>Another policy from this moment on.</summary>
    /// <exception cref="LabFailureException">A process cannot be stopped.</exception>
    public void Follow(AcceptPolicy next, Nanoseconds start)
    {
        EndStall();
        stall = new CancellationTokenSource();
        policy = next;
        Begin();
        LoadBegins(start);
    }

    /// <inheritdoc/>
    public void Dispose() => EndStall();

    private void EndStall()
    {
        stall.Cancel();
        thread?.Join();
        thread = null;
        stall.Dispose();
    }

    private void Stall(Nanoseconds from, Nanoseconds until, CancellationToken ended)
    {
        try
        {
            if (Sleep(from, ended))
            {
                Apply(stopped: true);
                _ = Sleep(until, ended);
                Apply(stopped: false);
            }
        }
        catch (LabFailureException e)
        {
            Failure = e;
        }
    }

    private bool Sleep(Nanoseconds until, CancellationToken ended)
    {
        var left = (until - clock.Now).ToTimeSpan();
        return left <= TimeSpan.Zero || !ended.WaitHandle.WaitOne(left);
    }

    // A process that forks while it is told to stop has a child that was not told: so they are told until all that there are have stopped.
    private void Apply(bool stopped)
    {
        var patience = clock.Now + Patience;
        do
        {
            foreach (var pid in pids())
            {
                Tell(pid, stopped);
            }

            clock.SleepUntil(clock.Now + Look);
        }
        while (stopped && !pids().All(ProcessTable.IsStopped) && clock.Now < patience);
    }

    private static void Tell(int pid, bool stopped)
    {
        // One that is gone by now needs no signal.
        if ((stopped ? ProcessTable.Stop(pid) : ProcessTable.Continue(pid)) is { IsOk: false } refused && refused.Errno != Errno.ESRCH)
        {
            throw new LabFailureException($"process {pid} of the subject cannot be {(stopped ? "stopped" : "continued")}: {refused.Errno}");
        }
    }
}
