using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>The first connections of a subject, before the load.</summary>
/// <remarks>
/// What a server opens for its first connection (a runtime its assemblies, a log its file) it opens once: that is none of what a limit leaves for
/// connections.
/// </remarks>
/// <param name="spec">Where it listens, and when it counts as ready.</param>
/// <param name="clock">The run's clock.</param>
/// <param name="pids">Its processes.</param>
/// <param name="said">Its last words, as the end of a sentence.</param>
internal sealed class SubjectWarmUp(SubjectSpec spec, RunClock clock, Func<int[]> pids, Func<string> said)
{
    /// <summary>What a subject may need to settle after listen(), and to accept where its accept() is not waited for.</summary>
    public static readonly Nanoseconds AtMost = Nanoseconds.FromSeconds(2);

    private const int Connections = 3;
    private static readonly Nanoseconds LookEvery = Nanoseconds.FromMilliseconds(10);

    /// <summary>Makes them, one after the other, each ended before the next.</summary>
    /// <param name="diag">Asks for its accept queue.</param>
    /// <param name="ready">When it must have accepted, where that is waited for.</param>
    /// <exception cref="LabFailureException">It accepts none, or it was stopped.</exception>
    public void Run(SockDiag diag, Nanoseconds ready)
    {
        _ = AddressRange.TryAddress(spec.Address, out var address);
        for (var connection = 0; connection < Connections; connection++)
        {
            var made = SocketCalls.CreateTcp(nonBlocking: false);
            if (!made.IsOk || !SocketCalls.Connect((int)made.Value, address, spec.Port).IsOk)
            {
                return;
            }

            var until = spec.ReadyWhen == SubjectReadiness.Accepting ? ready : clock.Now + AtMost;
            while (clock.Now < until && IsQueued(diag))
            {
                clock.SleepUntil(clock.Now + LookEvery);
            }

            if (IsQueued(diag))
            {
                Explain();
            }

            clock.SleepUntil(clock.Now + LookEvery);
            _ = SocketCalls.Reset((int)made.Value);
        }
    }

    private void Explain()
    {
        // What stays queued would be one place less for the load, and no rule of the kernel's.
        if (pids().FirstOrDefault(ProcessTable.IsStopped) is > 0 and var stopped)
        {
            throw new LabFailureException(
                $"process {stopped} of the subject '{spec.CommandLine}' stood still before the load: it was stopped by a signal (SIGSTOP)");
        }

        if (spec.ReadyWhen == SubjectReadiness.Accepting)
        {
            throw new LabFailureException(
                $"the subject '{spec.CommandLine}' listens on port {spec.Port} and has accepted no connection after {spec.ReadyWithin}{said()}; "
                    + "subject.ready-within gives it more time",
                refused: true);
        }
    }

    private bool IsQueued(SockDiag diag) => diag.Listeners(PortRange.One(spec.Port)).Any(listener => listener.Queue > 0);
}
