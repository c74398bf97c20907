using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe;

/// <summary>Walks one session: makes each step's call, waits until all is as the step expects or its time is over, and says what there was.</summary>
/// <remarks>
/// Concurrency: one thread owns it, in whose network namespace everything is opened; a call that may block has a thread of its own (<see cref="PendingCall"/>).
/// What is expected decides only how long is waited, never what is said: the judge compares.
/// </remarks>
internal sealed class SessionWalk : IDisposable
{
    /// <summary>Numbers for the descriptors of one session.</summary>
    public const int DescriptorsEach = 48;

    private static readonly UInt128 FirstIpv4Peer = TcpSegment.Mapped(0xC6120001);
    private const int FirstPeerPort = 40_000;
    private static readonly Nanoseconds SynComesWithin = Nanoseconds.FromMilliseconds(500);
    private static readonly Nanoseconds BlocksAfter = Nanoseconds.FromMilliseconds(30);

    // What follows at once is seen at once; whoever waits for a timer leaves the processor to others.
    private static readonly Nanoseconds FirstPause = Nanoseconds.FromMilliseconds(1);
    private static readonly Nanoseconds LongestPause = Nanoseconds.FromMilliseconds(16);
    private static readonly HashSet<SessionCall> MayBlock = [SessionCall.Connect, SessionCall.Accept, SessionCall.Close, SessionCall.Read, SessionCall.Recv,
        SessionCall.Recvmsg, SessionCall.Readv, SessionCall.Write, SessionCall.Send, SessionCall.Sendmsg, SessionCall.Writev];

    private readonly Session session;
    private readonly int descriptors;
    private readonly RunClock clock;
    private readonly SysctlWriter sysctls;
    private readonly Action<Observation> write;
    private readonly SessionSockets sockets = new();
    private readonly SessionTrace trace;
    private readonly SockDiag diag = new();
    private readonly PortListeners? others;
    private readonly NetCounterReader counterReader = new("/proc/thread-self");
    private readonly RawSender? sender;
    private readonly AnycastAddresses? ipv6Peers;
    private readonly Dictionary<string, (SessionStep Step, PendingCall Call)> pending = [];
    private NetCounters counters;

    /// <summary>By how much this thread was late at worst: a wait, a look or a call that took longer. The kernel's timers go on meanwhile.</summary>
    public Nanoseconds Late { get; private set; }

    /// <summary>True when each step was as it expects.</summary>
    public bool IsAsExpected { get; private set; } = true;

    /// <summary>Opens what observes.</summary>
    /// <param name="session">What is walked.</param>
    /// <param name="descriptors">Its sockets get numbers from here on.</param>
    /// <param name="sysctls">Sets what steps ask for.</param>
    /// <param name="isSandboxed">True in a sandbox that the run made: elsewhere a connect to another program's listener is not made.</param>
    /// <param name="clock">The run's clock.</param>
    /// <param name="write">Takes what is seen.</param>
    public SessionWalk(Session session, int descriptors, SysctlWriter sysctls, bool isSandboxed, RunClock clock, Action<Observation> write)
    {
        others = isSandboxed ? null : new PortListeners();
        (this.session, this.descriptors, this.sysctls, this.clock, this.write) = (session, descriptors, sysctls, clock, write);
        trace = new SessionTrace(sockets);
        sender = session.HasPeer ? new RawSender(session.Family) : null;
        ipv6Peers = session is { HasPeer: true, Family: SocketFamily.Ipv6 } ? new AnycastAddresses() : null;
        counters = counterReader.Read();
    }

    /// <summary>Walks all steps.</summary>
    /// <exception cref="ProbeFailureException">A step cannot be made.</exception>
    public void Run()
    {
        _ = trace.Drain();
        trace.Clear();
        foreach (var step in session.Steps)
        {
            Do(step);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        sockets.Dispose();
        trace.Dispose();
        diag.Dispose();
        others?.Dispose();
        counterReader.Dispose();
        sender?.Dispose();
        ipv6Peers?.Dispose();
    }

    private void Do(SessionStep step)
    {
        var start = clock.Now;
        var (answer, blocked) = Make(step);
        if (!blocked && answer.Result.Errno is var refused && IsOutOfDescriptors(refused) && refused != step.Errno)
        {
            throw new ProbeFailureException(
                $"step '{step.Name}': {EnumWords<SessionCall>.Of(step.Call)}() failed with {refused} because LoadLab itself has no descriptor left");
        }

        if (!step.Blocks && step.Call != SessionCall.Returned && !blocked)
        {
            TookUntilNow(start, Nanoseconds.Zero);
        }

        if (!blocked && step.As is { } name && step.Call is SessionCall.Socket or SessionCall.Accept or SessionCall.Returned && answer.Result.IsOk)
        {
            sockets.Add(step.As!, (int)answer.Result.Value);
        }

        if (step.Wait > Nanoseconds.Zero)
        {
            var due = start + step.Wait;
            clock.SleepUntil(due);
            TookUntilNow(due, Nanoseconds.Zero);
        }

        StepSeen seen;
        var until = start + step.Wait + step.Within;
        var pause = FirstPause;
        while (true)
        {
            var looked = clock.Now;
            seen = Look(step, answer, blocked);
            TookUntilNow(looked, Nanoseconds.Zero);
            if (SessionExpectations.AreMet(step, seen) || clock.Now >= until)
            {
                break;
            }

            looked = clock.Now;
            clock.SleepUntil(looked + pause);
            TookUntilNow(looked, pause);
            pause = pause < LongestPause ? pause + pause : pause;
        }

        IsAsExpected &= SessionExpectations.AreMet(step, seen) && SessionExpectations.IsAnswered(step, seen);
        write(seen with { T = clock.Now });
        trace.Clear();
        counters = counterReader.Read();
    }

    // No step lowers a limit: what fails for lack of descriptors says nothing about TCP.
    private static bool IsOutOfDescriptors(Errno errno) => errno == Errno.EMFILE || errno == Errno.ENFILE;

    private void TookUntilNow(Nanoseconds since, Nanoseconds meant)
    {
        var late = clock.Now - since - meant;
        Late = late > Late ? late : Late;
    }

    private StepSeen Look(SessionStep step, SessionAnswer answer, bool blocked)
    {
        _ = trace.Drain();
        sockets.Refresh();
        ImmutableArray<SocketSeen> looked = [.. sockets.Look(diag.All(), SocketTable.Read())];
        _ = trace.Drain();
        var moved = counterReader.Read().Since(counters).Where(one => one.Delta <= int.MaxValue)
            .ToImmutableSortedDictionary(one => one.Name, one => (long)one.Delta);
        var value = step.Call is SessionCall.Socket or SessionCall.Accept || (step.Call == SessionCall.Returned && step.As is not null)
            ? SessionCalls.WithoutNumber(answer.Result).Value : answer.Result.Value;
        return new StepSeen(session.Name, step.Name, step.Call, value, answer.Result.Errno, blocked, answer.Text, looked, [.. trace.Words], moved);
    }

    private (SessionAnswer Answer, bool Blocked) Make(SessionStep step)
    {
        switch (step.Call)
        {
            case SessionCall.Wait:
                return (default, false);
            case SessionCall.Peer:
                return (new SessionAnswer(OfPeer(step)), false);
            case SessionCall.Sysctl:
                return (new SessionAnswer(SetSysctl(step)), false);
            case SessionCall.Socket:
                return (new SessionAnswer(StreamCalls.Create(session.Family, descriptors)), false);
            case SessionCall.Bind:
                return (new SessionAnswer(Bind(step)), false);
            case SessionCall.Returned:
                return Awaited(step);
            default:
                return MayBlock.Contains(step.Call) ? Blocking(step) : (Named(step, sockets.Fd(step.On)), false);
        }
    }

    private SessionAnswer Named(SessionStep step, int fd)
    {
        var answer = SessionCalls.Make(step, fd);
        if (step.Call == SessionCall.Listen && answer.Result.IsOk)
        {
            sockets.Listens(step.On!);
        }

        return answer;
    }

    private SyscallResult Bind(SessionStep step)
    {
        var fd = sockets.Fd(step.On);
        var bound = StreamCalls.Bind(fd, SocketEnd.Loopback(session.Family, step.Port ?? session.Port));
        return bound.IsOk && StreamCalls.Name(fd, out var end).IsOk ? bound with { Value = end.Port } : bound;
    }

    private (SessionAnswer Answer, bool Blocked) Blocking(SessionStep step)
    {
        var fd = sockets.Fd(step.On);
        if (step.Call == SessionCall.Close)
        {
            sockets.Refresh();
            sockets.Closed(step.On!);
        }

        Func<SessionAnswer> call = step.Call switch
        {
            SessionCall.Connect => Connecting(step, fd),
            SessionCall.Accept => () => new SessionAnswer(StreamCalls.Accept(fd, descriptors)),
            _ => () => SessionCalls.Make(step, fd),
        };
        var begun = PendingCall.Begin(call);
        if (begun.Wait(step.Blocks ? BlocksAfter : step.Within))
        {
            return (begun.Answer, false);
        }

        pending[step.Name] = (step, begun);
        return (default, true);
    }

    private Func<SessionAnswer> Connecting(SessionStep step, int fd)
    {
        var to = step.To is null ? SocketEnd.Loopback(session.Family, step.Port ?? session.Port) : sockets.EndOf(step.To);
        if (others?.HasForeign(to.Address, to.Port, [Environment.ProcessId]) == true)
        {
            throw new ProbeFailureException($"step '{step.Name}' would connect to {to}, where another program listens, and this is no sandbox of "
                + "the run's own: use sandbox: namespace, or end the other program");
        }

        sockets.Connects(step.On!, to);
        return () => new SessionAnswer(StreamCalls.Connect(fd, to));
    }

    private (SessionAnswer Answer, bool Blocked) Awaited(SessionStep step)
    {
        if (step.Of is null || !pending.TryGetValue(step.Of, out var one))
        {
            throw new ProbeFailureException($"step '{step.Name}': the call of step '{step.Of}' did not block, so there is nothing to wait for");
        }

        // What has come for a peer must be taken in while it is waited for, too; the answer's own time counts from here.
        return one.Call.Wait(step.Within) ? (one.Call.Answer, false) : (default, true);
    }

    private SyscallResult SetSysctl(SessionStep step)
    {
        var refusal = step.Sysctl is { } asked && SysctlWriter.IsConfined(asked.Name) ? sysctls.Write(asked.Name, asked.Value) : "a step sets a sysctl of net.";
        return refusal is null ? new SyscallResult(0, Errno.None) : throw new ProbeFailureException($"step '{step.Name}': {step.Sysctl}: {refusal}");
    }

    private SyscallResult OfPeer(SessionStep step)
    {
        var peer = sockets.Peer(step.On);
        if (peer is null)
        {
            var count = (uint)sockets.Peers.Count;
            var address = (ipv6Peers is null ? FirstIpv4Peer : AnycastAddresses.First) + count;
            ipv6Peers?.Join(address);
            peer = new RawPeer(step.On ?? "", new SocketEnd(address, FirstPeerPort + (int)count)) 
                { Other = step.To is null ? default : sockets.EndOf(step.To) };
            sockets.Add(peer);
        }

        if (step.Send is not { } what)
        {
            return default;
        }

        _ = trace.Drain();
        if (step.Acknowledges)
        {
            AwaitSyn(peer, what);
        }

        var data = RawPeer.Bytes(step.Text);
        var packet = new byte[RawSegment.LongestHeaderBytes + data.Length];
        var segment = peer.Segment(what, step.Acknowledges, data);
        return sender!.Send(packet.AsSpan(0, segment.Write(packet, data)), segment.Destination) is { IsOk: false } failed
            ? throw new ProbeFailureException($"step '{step.Name}': the scripted peer could not send: {failed.Errno}")
            : default;
    }

    // The kernel's table has a request before its SYN-ACK is on lo: an ACK of what has not come would be ignored, which looks like the kernel's doing.
    private void AwaitSyn(RawPeer peer, SessionSegment what)
    {
        var until = clock.Now + SynComesWithin;
        while (peer.AwaitsSyn(what) && clock.Now < until)
        {
            clock.SleepUntil(clock.Now + FirstPause);
            _ = trace.Drain();
        }
    }
}
