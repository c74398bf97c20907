using LoadLab.Model;
using Xunit;

namespace LoadLab.Server.Tests;

public class AcceptQueueTests
{
    [Fact]
    public async Task BacklogOfFourHoldsFiveConnections()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Backlog = 4, Accept = AcceptPolicy.Never });
        using var clients = new Clients(role.Port, 10);

        var full = role.First<ListenersSeen>(seen => seen.Listeners[0].Drops >= 5).Listeners[0];

        Assert.Equal((5, 4), (full.Queue, full.LiveBacklog));
        Assert.Equal(0, role.Report().Accepted);
    }

    [Fact]
    public async Task BacklogZeroHoldsOneConnection()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Backlog = 0, Accept = AcceptPolicy.Never });
        using var clients = new Clients(role.Port, 3);

        Assert.Equal(1, role.First<ListenersSeen>(seen => seen.Listeners[0].Drops >= 2).Listeners[0].Queue);
    }

    [Fact]
    public async Task ListenAgainResizesTheLiveBacklogAndKeepsWhatIsQueued()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Backlog = 4, Accept = AcceptPolicy.Never });
        using var clients = new Clients(role.Port, 5);
        _ = role.First<ListenersSeen>(seen => seen.Listeners[0].Queue == 5);

        Assert.Null(role.Do(id => new ListenCommand(id, 16)).Error);
        Assert.Contains(role.Seen.OfType<ListenersSeen>(), seen => seen.Listeners[0] is { LiveBacklog: 16, Queue: 5 });
        Assert.Null(role.Do(id => new ListenCommand(id, 2)).Error);
        Assert.Contains(role.Seen.OfType<ListenersSeen>(), seen => seen.Listeners[0] is { LiveBacklog: 2, Queue: 5 });
    }

    [Fact]
    public async Task EachReusePortListenerHasAQueueOfItsOwn()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Backlog = 2, Listeners = 2, Accept = AcceptPolicy.Never });
        using var clients = new Clients(role.Port, 60);

        var full = role.First<ListenersSeen>(seen => seen.Listeners.All(listener => listener.Queue == 3));

        Assert.Equal([0, 1], full.Listeners.Select(listener => listener.Id));
    }

    [Fact]
    public async Task ClientsThatCloseKeepTheirSlots()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Backlog = 4, Accept = AcceptPolicy.Never, Connection = ConnectionBehaviour.Discard });
        using var clients = new Clients(role.Port, 5);
        _ = role.First<ListenersSeen>(seen => seen.Listeners[0].Queue == 5);
        clients.Close(0);
        clients.Reset(0);
        _ = role.Report();
        Assert.Equal(5, role.Seen.OfType<ListenersSeen>().Last().Listeners[0].Queue);

        Assert.Null(role.Do(id => new AcceptCommand(id, AcceptPolicy.Eager, role.Clock.Now)).Error);

        var tally = role.First<ServerTally>(seen => seen is { Accepted: 5, Open: 3 });
        Assert.Equal(1, tally.EndOfStream);
        Assert.Equal(1, tally.Errors[Errno.ECONNRESET]);
    }
}
