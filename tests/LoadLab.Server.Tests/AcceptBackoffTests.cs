using LoadLab.Kernel;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Server.Tests;

public class AcceptBackoffTests
{
    [Fact]
    public void PausesDoubleFromFiveMillisecondsToOneSecond()
    {
        var backoff = new AcceptBackoff();

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 640, 1000, 1000], Enumerable.Range(0, 10).Select(_ => backoff.NextNs(Errno.EMFILE) / 1_000_000));
    }

    [Fact]
    public void ASuccessStartsThemAnew()
    {
        var backoff = new AcceptBackoff();
        _ = backoff.NextNs(Errno.ENFILE);
        _ = backoff.NextNs(Errno.ENFILE);
        backoff.Succeeded();

        Assert.Equal(5_000_000, backoff.NextNs(Errno.EMFILE));
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
}
