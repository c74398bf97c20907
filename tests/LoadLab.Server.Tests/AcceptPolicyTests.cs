using LoadLab.Model;
using Xunit;

namespace LoadLab.Server.Tests;

public class AcceptPolicyTests
{
    [Fact]
    public async Task EagerAcceptsAllAlsoBeforeBegin()
    {
        await using var role = new RoleUnderTest(new ServerSpec());
        using var clients = new Clients(role.Port, 50);

        Assert.Equal(50, role.First<ServerTally>(tally => tally.Accepted == 50).Open);
    }

    [Fact]
    public async Task SeveralThreadsShareOneListener()
    {
        await using var role = new RoleUnderTest(new ServerSpec { AcceptThreads = 3 });
        using var clients = new Clients(role.Port, 50);

        Assert.Equal([50], role.First<ServerTally>(tally => tally.Accepted == 50).PerListener);
    }

    [Fact]
    public async Task OneThreadServesSeveralListeners()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Listeners = 3, Accept = AcceptPolicy.Eager });
        using var clients = new Clients(role.Port, 90);

        Assert.All(role.First<ServerTally>(tally => tally.Accepted == 90).PerListener, accepted => Assert.InRange(accepted, 1, 88));
    }

    [Fact]
    public async Task PacedAcceptsNothingBeforeBegin()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Accept = Policy("paced 1000/s") });
        using var clients = new Clients(role.Port, 3);

        _ = role.First<ListenersSeen>(seen => seen.Listeners[0].Queue == 3);
        Assert.Equal(0, role.Report().Accepted);
        _ = role.Do(id => new BeginCommand(id, role.Clock.Now));
        _ = role.First<ServerTally>(tally => tally.Accepted == 3);
    }

    [Fact]
    public async Task PacedIsNeverFasterThanItsRateAndKeepsIt()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Accept = Policy("paced 50/s"), AcceptThreads = 2, Listeners = 2 });
        using var clients = new Clients(role.Port, 26);
        var start = role.Clock.Now;
        _ = role.Do(id => new BeginCommand(id, start));

        var end = role.First<ServerTally>(tally => tally.Accepted == 26);

        // The 26th is due 25 intervals of 20 ms after the first; a tally is up to 110 ms old.
        Assert.InRange((end.T - start).Milliseconds, 500, 1500);
        Assert.All(role.Seen.OfType<ServerTally>(),
            tally => Assert.InRange(tally.Accepted, 0, tally.T < start ? 0 : 1 + ((tally.T - start).Milliseconds / 20)));
    }

    [Fact]
    public async Task StalledTakesNothingInItsStall()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Accept = Policy("stalled 100ms 600ms") });
        using var clients = new Clients(role.Port, 3);
        _ = role.First<ServerTally>(tally => tally.Accepted == 3);
        var start = role.Clock.Now;
        _ = role.Do(id => new BeginCommand(id, start));

        role.Clock.SleepUntil(start + Nanoseconds.FromMilliseconds(100));
        clients.Connect(role.Port, 4);

        _ = role.First<ListenersSeen>(seen => seen.Listeners[0].Queue == 4);
        var after = role.First<ServerTally>(tally => tally.Accepted > 3);
        Assert.True(after.T >= start + Nanoseconds.FromMilliseconds(700), $"accepted at {after.T - start}");
        _ = role.First<ServerTally>(tally => tally.Accepted == 7);
    }

    [Fact]
    public async Task ASecondBeginDoesNotRestartTheClock()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Accept = Policy("stalled 0s 300ms") });
        var start = role.Clock.Now;
        _ = role.Do(id => new BeginCommand(id, start));
        _ = role.Do(id => new BeginCommand(id, start + Nanoseconds.FromSeconds(3600)));
        using var clients = new Clients(role.Port, 1);

        var accepted = role.First<ServerTally>(tally => tally.Accepted == 1);

        Assert.True(accepted.T >= start + Nanoseconds.FromMilliseconds(300));
    }

    [Fact]
    public async Task AChangeToNeverHoldsOnceItIsAnswered()
    {
        await using var role = new RoleUnderTest(new ServerSpec { AcceptThreads = 2 });
        using var clients = new Clients(role.Port, 2);
        _ = role.First<ServerTally>(tally => tally.Accepted == 2);

        Assert.Null(role.Do(id => new AcceptCommand(id, AcceptPolicy.Never, role.Clock.Now)).Error);
        clients.Connect(role.Port, 3);

        _ = role.First<ListenersSeen>(seen => seen.Listeners[0].Queue == 3);
        Assert.Equal(2, role.Report().Accepted);
    }

    [Fact]
    public async Task EachPolicyCanFollowEachOther()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Accept = AcceptPolicy.Never, AcceptThreads = 2, Listeners = 2 });
        using var clients = new Clients(role.Port, 1);
        var accepted = 0L;
        foreach (var policy in new[] { "eager", "paced 500/s", "stalled 1ms 1ms", "never", "paced 500/s", "eager", "stalled 1ms 1ms", "eager", "never",
            "eager" })
        {
            Assert.Null(role.Do(id => new AcceptCommand(id, Policy(policy), role.Clock.Now)).Error);
            if (policy == "never")
            {
                continue;
            }

            clients.Connect(role.Port, 20);
            accepted += 20;
            _ = role.First<ServerTally>(tally => tally.Accepted >= accepted);
        }
    }

    private static AcceptPolicy Policy(string text)
    {
        Assert.True(AcceptPolicy.TryParse(text, out var policy));
        return policy;
    }
}
