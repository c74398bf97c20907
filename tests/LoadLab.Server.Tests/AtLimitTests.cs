using LoadLab.Kernel;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Server.Tests;

public class AtLimitTests
{
    [Theory]
    [InlineData("backoff 5ms 1s", new long[] { 5, 10, 20, 40, 80, 160, 320, 640, 1000, 1000 })]
    [InlineData("sleep 100ms", new long[] { 100, 100, 100 })]
    [InlineData("pause 1s", new long[] { 1000, 1000 })]
    [InlineData("spin", new long[] { 0, 0 })]
    public void WaitsFollowThePolicy(string policy, long[] milliseconds)
    {
        var wait = Wait(policy);

        Assert.Equal(milliseconds, milliseconds.Select(_ => wait.NextNs(Errno.EMFILE) / 1_000_000));
    }

    [Fact]
    public void ASuccessStartsThemAnew()
    {
        var wait = Wait("backoff 5ms 1s");
        _ = wait.NextNs(Errno.ENFILE);
        _ = wait.NextNs(Errno.ENFILE);
        wait.Succeeded();

        Assert.Equal(5_000_000, wait.NextNs(Errno.EMFILE));
    }

    [Fact]
    public void EveryPolicyHasARow() => Assert.All(Enum.GetValues<AtLimitKind>(), kind => Assert.NotNull(new AtLimitWait(new AtLimitPolicy(kind)).Row));

    [Fact]
    public void AHundredThousandFailuresAreCountedExactlyInOneEntry()
    {
        const int Failures = 100_000;
        var clock = RunClock.StartNew();
        var counts = new FailureCounts(clock);
        var taken = new List<FailureCount>();
        var before = clock.Now;
        counts.Add("accept4", Errno.EMFILE);
        var afterFirst = clock.Now;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < Failures; i++)
        {
            counts.Add("accept4", Errno.EMFILE);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 10_000);
        taken.AddRange(counts.Take(out var accepts));
        var only = Assert.Single(taken);
        Assert.Equal((Failures, (long)Failures), (only.Count, accepts));
        Assert.True(before <= only.First && only.First <= afterFirst);
        Assert.True(only.First <= only.Last && only.Last <= clock.Now);
        Assert.Empty(counts.Take(out accepts));
        Assert.Equal(Failures, accepts);
    }

    [Fact]
    public async Task AHundredThousandFailedAcceptsOfASpinningServerAreCountedExactlyInFewLines()
    {
        const long Failures = 100_000;
        await using var role = new RoleUnderTest(new ServerSpec { Accept = AcceptPolicy.Never, AtLimit = new AtLimitPolicy(AtLimitKind.Spin) });
        _ = role.Report();
        var limits = ResourceLimits.Nofile(0)!.Value;
        var next = SocketCalls.CreateTcp(nonBlocking: false).Value;
        _ = SocketCalls.Close((int)next);
        Assert.True(ResourceLimits.SetNofile(0, limits with { Soft = next }).IsOk);
        try
        {
            _ = role.Do(id => new AcceptCommand(id, AcceptPolicy.Eager, role.Clock.Now));
            var sum = 0L;
            _ = role.First<SyscallFailed>(failed => (sum += failed.Count) >= Failures);
        }
        finally
        {
            _ = ResourceLimits.SetNofile(0, limits);
        }

        _ = role.Do(id => new AcceptCommand(id, AcceptPolicy.Never, role.Clock.Now));
        var tally = role.Report();
        var lines = role.Seen.OfType<SyscallFailed>().ToList();
        Assert.All(lines, line => Assert.Equal(("accept4", Errno.EMFILE), (line.Syscall, line.Errno)));
        Assert.Equal(tally.FailedAccepts, lines.Sum(line => line.Count));
        Assert.True(lines.Count < tally.FailedAccepts / 20, $"{lines.Count} lines for {tally.FailedAccepts} failures");
        Assert.All(lines.Zip(lines.Skip(1)), pair => Assert.True(pair.First.Last <= pair.Second.First));
    }

    [Fact]
    public async Task AServerThatShedsAcceptsAndClosesWhatItHasNoDescriptorFor()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Accept = AcceptPolicy.Never, AtLimit = new AtLimitPolicy(AtLimitKind.Shed) });
        using var clients = new Clients(role.Port, 8);
        _ = role.First<ListenersSeen>(seen => seen.Listeners[0].Queue == 8);
        _ = role.Report();
        var limits = ResourceLimits.Nofile(0)!.Value;
        var next = SocketCalls.CreateTcp(nonBlocking: false).Value;
        _ = SocketCalls.Close((int)next);
        Assert.True(ResourceLimits.SetNofile(0, limits with { Soft = next }).IsOk);
        try
        {
            _ = role.Do(id => new AcceptCommand(id, AcceptPolicy.Eager, role.Clock.Now));
            _ = role.First<ListenersSeen>(seen => seen.Listeners[0].Queue == 0);
        }
        finally
        {
            _ = ResourceLimits.SetNofile(0, limits);
        }

        // The process under test is the test process: its runtime may close a descriptor of its own in between, and one more is then kept.
        var tally = role.First<ServerTally>(seen => seen.Accepted == 8);
        tally = role.Report();
        Assert.Equal(8, tally.Open + tally.Shed);
        Assert.InRange(tally.Shed, 1, 8);
    }

    [Fact]
    public async Task AtTheFdLimitConnectionsStayQueuedThreadsStartAndAllAreAcceptedOnceThereIsRoom()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Accept = AcceptPolicy.Never });
        using var clients = new Clients(role.Port, 8);
        _ = role.First<ListenersSeen>(seen => seen.Listeners[0].Queue == 8);
        _ = role.Report();
        var limits = ResourceLimits.Nofile(0)!.Value;
        var next = SocketCalls.CreateTcp(nonBlocking: false).Value;
        _ = SocketCalls.Close((int)next);

        // The limit of the test process itself, for a moment: every lower number is taken.
        Assert.True(ResourceLimits.SetNofile(0, limits with { Soft = next }).IsOk);
        SyscallFailed failed;
        try
        {
            _ = role.Do(id => new AcceptCommand(id, AcceptPolicy.Eager, role.Clock.Now));
            var failures = 0L;
            failed = role.First<SyscallFailed>(each => (failures += each.Count) >= 6);

            // The sixth pause is 160 ms long. Without the reserve the runtime aborts here: it opens files to start a thread.
            var other = new Thread(() => { });
            other.Start();
            other.Join();
            _ = role.Report();
        }
        finally
        {
            _ = ResourceLimits.SetNofile(0, limits);
        }

        Assert.Equal(("accept4", Errno.EMFILE), (failed.Syscall, failed.Errno));
        var descriptors = role.Seen.OfType<DescriptorsSeen>().Last();
        Assert.Equal(next, descriptors.Soft);

        // The process under test is the test process: its runtime may close a descriptor of its own in between.
        Assert.InRange(descriptors.Open, next - 20, next + 1000);
        _ = role.First<ServerTally>(tally => tally.Accepted == 8);
        Assert.InRange(role.Seen.OfType<SyscallFailed>().Sum(each => each.Count), 1, 50);
    }

    // Seen: 4 threads opened 51 sockets where 50 descriptors were free, in 19 of 40 runs.
    [Fact]
    public void NoThreadTakesADescriptorThatAnotherHasLentToTheRuntime()
    {
        const int Rounds = 100, Threads = 4, Reserve = 4, Free = 20;
        var limits = ResourceLimits.Nofile(0)!.Value;
        var next = SocketCalls.CreateTcp(nonBlocking: false).Value;
        _ = SocketCalls.Close((int)next);
        var wrong = 0;
        var ending = TestContext.Current.CancellationToken;
        using var round = new Barrier(Threads + 1);
        var opened = new int[Threads];
        DescriptorReserve? reserve = null;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            Span<int> held = stackalloc int[2 * Free];
            for (var i = 0; i < Rounds; i++)
            {
                round.SignalAndWait(ending);
                opened[number] = Open(held, reserve!.CreateBare);
                round.SignalAndWait(ending);
                Close(held[..opened[number]]);
                round.SignalAndWait(ending);
            }
        }) { IsBackground = true })];
        Array.ForEach(threads, thread => thread.Start());
        Span<int> all = stackalloc int[2 * Free];
        try
        {
            Assert.True(ResourceLimits.SetNofile(0, limits with { Soft = next + Reserve + Free }).IsOk);
            for (var i = 0; i < Rounds; i++)
            {
                var free = Open(all, () => SocketCalls.CreateTcp(nonBlocking: true));
                Close(all[..free]);
                reserve = new DescriptorReserve(Reserve);
                round.SignalAndWait(ending);
                round.SignalAndWait(ending);
                wrong += opened.Sum() == free - Reserve ? 0 : 1;
                round.SignalAndWait(ending);
                reserve.Dispose();
            }
        }
        finally
        {
            _ = ResourceLimits.SetNofile(0, limits);
        }

        Array.ForEach(threads, thread => thread.Join());

        // The test process's runtime may close or open a descriptor of its own in between.
        Assert.InRange(wrong, 0, 2);
    }

    private static int Open(Span<int> held, Func<SyscallResult> create)
    {
        var count = 0;
        for (var tries = 0; tries < held.Length; tries++)
        {
            if (create() is { IsOk: true, Value: var made })
            {
                held[count++] = (int)made;
            }
        }

        return count;
    }

    private static void Close(ReadOnlySpan<int> held)
    {
        foreach (var one in held)
        {
            _ = SocketCalls.Close(one);
        }
    }

    private static AtLimitWait Wait(string policy) =>
        AtLimitPolicy.TryParse(policy, out var parsed) ? new AtLimitWait(parsed) : throw new ArgumentException($"'{policy}' is no policy", nameof(policy));
}
