using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe;

/// <summary>
/// Walks sessions: one in the sandbox as it is, or several side by side, each in a network namespace that its thread makes and that ends with it.
/// </summary>
/// <remarks>
/// Concurrency: so many threads as go side by side, each with a session of its own from its first step to its last; they share the queue of sessions, the pipe
/// (which any thread may write) and nothing else.
/// The sessions that wait longest begin first, so that none of them is what all others have been waited with for.
/// </remarks>
internal sealed class SessionsWalk(SessionsCommand command, RunClock clock, Action<Observation> write)
{
    /// <summary>Stack of a thread that makes a call and little else.</summary>
    public const int StackBytes = 256 * 1024;

    private const int MostAtOnce = 12;

    // The probe's own, and those of one session: numbers for its sockets, and the files and netlink sockets by which it is looked at.
    private const int OwnDescriptors = 128;
    private const int SessionDescriptors = SessionWalk.DescriptorsEach + 16;
    private const string TableEntries = "256";

    private static readonly Session Rehearsal = new(
        "rehearsal",
        SocketFamily.Ipv4,
        7000,
        [
            new SessionStep { Name = "socket", Call = SessionCall.Socket, As = "server" },
            new SessionStep { Name = "bind", Call = SessionCall.Bind, On = "server" },
            new SessionStep { Name = "listen", Call = SessionCall.Listen, On = "server" },
            new SessionStep { Name = "syn", Call = SessionCall.Peer, On = "peer", To = "server", Send = SessionSegment.Syn },
            new SessionStep { Name = "ack", Call = SessionCall.Peer, On = "peer", Send = SessionSegment.Ack },
            new SessionStep { Name = "accept", Call = SessionCall.Accept, On = "server", As = "connection" },
            new SessionStep { Name = "send", Call = SessionCall.Send, On = "connection", Text = "x", Counters = ImmutableSortedDictionary<string,
            PredictedRange>.Empty.Add("Tcp.OutSegs", new PredictedRange(0, 9)) },
            new SessionStep { Name = "recv", Call = SessionCall.Recv, On = "connection", Blocks = true },
            new SessionStep { Name = "close", Call = SessionCall.Close, On = "connection" },
        ]);

    private readonly Lock gate = new();
    private readonly SysctlWriter sysctls = new(command.Starter, command.Sandbox);

    /// <summary>Walks them all.</summary>
    /// <returns>null, or why it could not begin, as a sentence.</returns>
    public string? Run()
    {
        var atOnceAtMost = Math.Min(MostAtOnce, (Soft - OwnDescriptors) / SessionDescriptors);
        if (atOnceAtMost < 1)
        {
            return $"a session's sockets need {OwnDescriptors + SessionDescriptors} descriptors in the probe, and its RLIMIT_NOFILE is {Soft}: raise it "
                + $"with ulimit -Hn";
        }

        Rehearse();
        if (!command.InNamespacesOfTheirOwn)
        {
            if (command.Sessions.Any(session => session.HasPeer) && SandboxProof.Missing(command.Starter, command.Sandbox) is { } missing)
            {
                return $"the scripted peer sends packets with addresses of its own making, so it only works in a network namespace that LoadLab made: "
                    + $"{missing}";
            }

            foreach (var session in command.Sessions)
            {
                _ = Walk(session, 0, own: false);
            }

            return null;
        }

        // Each look walks the whole table of connections, which namespaces share by default: a small one of its own makes it short. A kernel before 6.1
        // has no such sysctl, and looks take longer.
        _ = sysctls.Write("net.ipv4.tcp_child_ehash_entries", TableEntries);

        // What was late is walked once more, with fewer beside it.
        IReadOnlyList<Session> left = [.. command.Sessions.OrderByDescending(session => session.Lasts)];
        foreach (var atOnce in new[] { atOnceAtMost, 2, 1 }.Where(atOnce => atOnce <= atOnceAtMost).Distinct())
        {
            left = WalkAll(left, atOnce);
        }

        return null;
    }

    /// <summary>Walks them, so many at once, and returns those that were late and not as expected.</summary>
    private List<Session> WalkAll(IReadOnlyList<Session> sessions, int atOnce)
    {
        var queue = new Queue<Session>(sessions);
        var late = new List<Session>();
        Thread[] threads = [.. Enumerable.Range(0, Math.Min(atOnce, queue.Count)).Select(
            slot => new Thread(() => WalkNext(slot)) { Name = $"session {slot}" })];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return late;

        void WalkNext(int slot)
        {
            while (Next() is { } session)
            {
                if (!Walk(session, slot, own: true))
                {
                    lock (gate)
                    {
                        late.Add(session);
                    }
                }
            }
        }

        Session? Next()
        {
            lock (gate)
            {
                return queue.TryDequeue(out var next) ? next : null;
            }
        }
    }

    /// <summary>Walks one.</summary>
    /// <returns>False when it was not as expected and late, so that it may come from the kernel or from the harness.</returns>
    private bool Walk(Session session, int slot, bool own)
    {
        var start = clock.Now;
        var (late, isAsExpected, problem) = (Nanoseconds.Zero, true, (string?)null);
        try
        {
            if (own)
            {
                SetUp();
            }

            using var walk = new SessionWalk(session, FirstDescriptor(slot), sysctls, own || SandboxProof.Missing(command.Starter, command.Sandbox) is null,
                clock, write);
            walk.Run();
            (late, isAsExpected) = (walk.Late, walk.IsAsExpected);
        }
        catch (Exception e) when (e is ProbeFailureException or KernelException or IOException)
        {
            problem = e.Message;
        }

        write(new SessionEnded(session.Name, clock.Now - start, late, problem) { T = clock.Now });
        return isAsExpected || late <= SessionEnded.InTime;
    }

    // What runs for the first time takes as long as a just-in-time compiler does, and that would count as lateness.
    private void Rehearse()
    {
        var rehearsal = new SessionsWalk(command, clock, _ => { });
        var thread = new Thread(() => rehearsal.Walk(Rehearsal, 0, own: true)) { Name = "rehearsal" };
        thread.Start();
        thread.Join();
    }

    private static void SetUp()
    {
        if (NetworkNamespace.EnterNew() is { IsOk: false } refused)
        {
            throw new KernelException("making a network namespace (unshare)", refused.Errno);
        }

        LoopbackInterface.BringUp();
        LoopbackRoute.AddBenchmarkRange();
    }

    // From the top of the table: far from the lowest free number, which is what everybody else in the process gets.
    private static int FirstDescriptor(int slot)
    {
        return Soft - ((slot + 1) * SessionWalk.DescriptorsEach);
    }

    private static int Soft => (int)Math.Min(ResourceLimits.Nofile(0)?.Soft ?? 1024, 1 << 16);
}
