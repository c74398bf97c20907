using System.Net;
using System.Runtime.ExceptionServices;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Swarm.Tests;

public class SwarmLoadTests
{
    [Fact]
    public void BurstOfTwentyAgainstABacklogOfFourHasFiveEstablishedAndFifteenPending()
    {
        using var listener = new Listener(backlog: 4);
        using var role = new RunningRole();
        Assert.Null(role.Load(new SwarmSpec { Connections = 20 }, listener.Port, LoadUntil.Issued).Error);
        var seen = role.Report();
        Assert.Equal((5, 15), (seen.Open, seen.Pending));
        role.Stop();
        var rows = role.Rows.ToList();
        Assert.Equal(Enumerable.Range(0, 20).Select(index => (long)index), rows.Select(row => row.Index).Order());
        Assert.Equal(5, rows.Count(row => row.Outcome == ConnectOutcome.Established && row.End > 0));
        Assert.Equal(15, rows.Count(row => row.Outcome == ConnectOutcome.Pending && row.End == 0));
        Assert.Equal((20, 5), (role.Counted.Sum(counted => counted.Attempted), role.Counted.Sum(counted => counted.Established)));
    }

    [Fact]
    public void APendingConnectIsSeenToSendItsSynAgain()
    {
        using var listener = new Listener(backlog: 0);
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec { Connections = 3 }, listener.Port, LoadUntil.Issued);
        var resent = (SynResent)role.Until(seen => seen is SynResent);
        Assert.Equal(1, resent.Attempt);
        Assert.InRange(resent.SinceFirst.Seconds, 0.9, 3);
        Assert.True(role.Report().SynRetransmits >= 1);
    }

    [Fact]
    public void ARefusedPortIsCountedExactlyWithoutAnExceptionForEach()
    {
        const int Connects = 100_000;
        using var listener = new Listener(backlog: null);
        using var role = new RunningRole();
        var exceptions = 0;
        void Count(object? sender, FirstChanceExceptionEventArgs e) => Interlocked.Increment(ref exceptions);
        AppDomain.CurrentDomain.FirstChanceException += Count;
        _ = role.Load(new SwarmSpec { Connections = Connects, Threads = 2 }, listener.Port, LoadUntil.Settled);
        role.Stop();
        AppDomain.CurrentDomain.FirstChanceException -= Count;
        Assert.Equal(Connects, role.Failures.Sum(failure => failure.Count));
        Assert.All(role.Failures, failure => Assert.Equal(("connect", Errno.ECONNREFUSED), (failure.Syscall, failure.Errno)));
        Assert.All(role.Failures, failure => Assert.True(failure.First <= failure.Last));
        Assert.Equal(22_000, role.Rows.Count());
        Assert.InRange(exceptions, 0, 10);
    }

    [Fact]
    public void AConnectIsGivenUpWhenItsTimeIsOver()
    {
        using var listener = new Listener(backlog: 0);
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec { Connections = 3, ConnectTimeout = Nanoseconds.FromMilliseconds(100) }, listener.Port, LoadUntil.Settled);
        var seen = role.Report();
        Assert.Equal((1, 0), (seen.Open, seen.Pending));
        Assert.Equal(2, role.Failures.Sum(failure => failure.Count));
        Assert.All(role.Failures, failure => Assert.Equal(("connect (given up)", Errno.ETIMEDOUT), (failure.Syscall, failure.Errno)));
        Assert.All(role.Rows.Where(row => row.Outcome == ConnectOutcome.TimedOut), row => Assert.InRange(row.End - row.Actual, 100_000_000, long.MaxValue));
    }

    [Fact]
    public void AServerThatAcceptsNothingDoesNotSlowTheArrivals()
    {
        using var listener = new Listener(backlog: 0);
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec { Shape = LoadShape.Rate, Connections = 0, Rate = new Rate(200), For = Nanoseconds.FromMilliseconds(200), Threads = 2 },
            listener.Port, LoadUntil.Issued);
        var seen = role.Report();

        // Two threads on two processors may each get the queue's last place: net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock asks without a lock.
        Assert.InRange(seen.Open, 1, 2);
        Assert.Equal(40, seen.Open + seen.Pending);
        role.Stop();
        Assert.Equal(Enumerable.Range(0, 40).Select(index => index * 5_000_000L),
            role.Rows.Select(row => row.Intended).Order().Select(at => at - role.Rows.Min(row => row.Intended)));
        Assert.All(role.Rows, row => Assert.True(row.Actual >= row.Intended));
    }

    [Theory]
    [InlineData(ClientEnd.Reset)]
    [InlineData(ClientEnd.Close)]
    [InlineData(ClientEnd.HalfClose)]
    [InlineData(ClientEnd.Hold)]
    public void ChurnEndsEachConnectionAndLeavesNothing(ClientEnd then)
    {
        using var listener = new Listener(backlog: 128).Serving(client => client.Dispose());
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec { Shape = LoadShape.Churn, Connections = 3, Threads = 2, Then = then, For = Nanoseconds.FromMilliseconds(500) },
            listener.Port, LoadUntil.Settled);
        var seen = role.Report();
        Assert.Equal((0, 0), (seen.Open, seen.Pending));
        Assert.True(role.Counted.Sum(counted => counted.Established) > 3);
        Assert.Equal(role.Counted.Sum(counted => counted.Established), role.Counted.Sum(counted => counted.Ended));
        Assert.Equal(role.Counted.Sum(counted => counted.Established), role.Counted.Sum(counted => counted.Latency.Count));
        Assert.Empty(role.Failures);
    }

    [Fact]
    public void BytesAreSentAndReadBackBeforeTheEnd()
    {
        const int Bytes = 200_000;
        using var ended = new CountdownEvent(3);
        var echoed = 0L;
        using var listener = new Listener(backlog: 16).Serving(client =>
        {
            Listener.Echo(client);
            _ = Interlocked.Increment(ref echoed);
            _ = ended.Signal();
        });
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec { Connections = 3, ExchangeBytes = Bytes, Then = ClientEnd.Close }, listener.Port, LoadUntil.Settled);
        ended.Wait(TestContext.Current.CancellationToken);
        role.Stop();
        Assert.Equal(3, role.Counted.Sum(counted => counted.Ended));
        Assert.DoesNotContain(role.Seen, seen => seen is SyscallFailed);
    }

    [Fact]
    public void APeerThatClosesInTheMiddleOfAnExchangeIsCounted()
    {
        using var listener = new Listener(backlog: 16);
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec { Connections = 1, ExchangeBytes = 10 }, listener.Port, LoadUntil.Settled);
        using (var client = listener.Accept())
        {
            _ = client.Receive(new byte[10]);
        }

        var failed = (SyscallFailed)role.Until(seen => seen is SyscallFailed);
        Assert.Equal(("recv (end of stream)", 1), (failed.Syscall, failed.Count));
    }

    [Fact]
    public void PlannedPortsBindWhatWasAskedAndAUsedUpRangeGetsTheKernelsOwnAnswer()
    {
        using var listener = new Listener(backlog: 16);
        using var role = new RunningRole();
        var spec = new SwarmSpec { Connections = 4, Ports = PortStrategy.Planned, Sources = new AddressRange(0x7F4D0002, 0x7F4D0003) };
        _ = role.Load(spec, listener.Port, LoadUntil.Settled, (21000, 21001));
        Assert.Equal(4, role.Report().Open);
        var accepted = Enumerable.Range(0, 4).Select(_ => listener.Accept()).ToList();
        var peers = accepted.Select(client => (IPEndPoint)client.RemoteEndPoint!).Select(peer => $"{peer.Address}:{peer.Port}");
        Assert.Equal(["127.77.0.2:21000", "127.77.0.2:21001", "127.77.0.3:21000", "127.77.0.3:21001"], peers.Order());
        _ = role.Load(spec with { Connections = 1 }, listener.Port, LoadUntil.Settled, (21000, 21001));
        _ = role.Do(new EndClientsCommand(role.NextId(), ClientEnd.Reset, null));
        role.Stop();
        Assert.Equal(("bind", Errno.EADDRINUSE, 1L), role.Failures.Select(failure => (failure.Syscall, failure.Errno, failure.Count)).Single());
        accepted.ForEach(client => client.Dispose());
    }

    [Fact]
    public void SourceAddressesAreUsedInTurn()
    {
        using var listener = new Listener(backlog: 16);
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec { Connections = 4, Sources = new AddressRange(0x7F4D0004, 0x7F4D0005) }, listener.Port, LoadUntil.Settled);
        var peers = Enumerable.Range(0, 4).Select(_ => ((IPEndPoint)listener.Accept().RemoteEndPoint!).Address.ToString());
        Assert.Equal(["127.77.0.4", "127.77.0.4", "127.77.0.5", "127.77.0.5"], peers.Order());
    }

    [Fact]
    public void AHeldConnectionCostsLessThanAKilobyteOfManagedMemory()
    {
        const int Connects = 600;
        using var listener = new Listener(backlog: 4096);
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec { Connections = 100, Then = ClientEnd.Reset }, listener.Port, LoadUntil.Settled);

        // The median of five: a collection gives back what the array pools hold of earlier tests whenever it likes, and that is in one of them.
        var each = new List<long>();
        for (var load = 0; load < 5; load++)
        {
            role.Seen.Clear();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            _ = role.Load(new SwarmSpec { Connections = Connects }, listener.Port, LoadUntil.Issued);
            role.Seen.Clear();
            each.Add((GC.GetTotalMemory(forceFullCollection: true) - before) / Connects);
        }

        each.Sort();
        Assert.True(each[2] is >= 0 and < 1024, $"bytes a connection: {string.Join(", ", each)}");
    }
}
