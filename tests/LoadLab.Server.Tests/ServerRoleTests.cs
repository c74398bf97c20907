using LoadLab.Model;
using Xunit;

namespace LoadLab.Server.Tests;

public class ServerRoleTests
{
    [Fact]
    public async Task ReadySaysPidPortAndTheBacklogAskedFor()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Backlog = 7 }, variant: "small");

        var ready = role.First<RoleReady>(_ => true);

        Assert.Equal((Role.Server, 0, Environment.ProcessId, 7, "small"), (ready.Role, ready.Worker, ready.Pid, ready.Backlog ?? 0, ready.Variant));
        Assert.InRange(ready.Port, 1, 65535);
    }

    [Fact]
    public async Task ATakenPortIsOneSentenceAndStatusTwo()
    {
        await using var first = new RoleUnderTest(new ServerSpec());
        await using var second = new RoleUnderTest(new ServerSpec { Port = first.Port });

        Assert.Equal(2, await second.Exit);
        var sentence = second.First<CommandDone>(done => done.Id == 0).Error;
        Assert.Equal($"port {first.Port} of 127.0.0.1 is taken; who has it: ss -ltnp 'sport = :{first.Port}'", sentence);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1 is no address of this host; its own: ip -brief address")]
    [InlineData("localhost", "server.address 'localhost' is no IPv4 address in dotted form, like 127.0.0.1")]
    public async Task AnAddressThatCannotBeBoundIsOneSentence(string address, string sentence)
    {
        await using var role = new RoleUnderTest(new ServerSpec { Address = address });

        Assert.Equal(2, await role.Exit);
        Assert.Equal(sentence, role.First<CommandDone>(done => done.Id == 0).Error);
    }

    [Fact]
    public async Task StopIsAnsweredAfterTheLastWords()
    {
        await using var role = new RoleUnderTest(new ServerSpec());
        using var clients = new Clients(role.Port, 3);
        _ = role.First<ServerTally>(tally => tally.Accepted == 3);
        var before = role.Seen.Count;

        Assert.Null(role.Do(id => new StopCommand(id)).Error);

        Assert.Equal(0, await role.Exit);
        Assert.Equal(3, role.Seen.Skip(before).OfType<ServerTally>().Last().Open);
        Assert.IsType<CommandDone>(role.Seen[^1]);
    }

    [Fact]
    public async Task EndOfInputStops()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Accept = AcceptPolicy.Never });
        _ = role.Port;
        role.EndInput();

        Assert.Equal(0, await role.Exit);
    }

    [Fact]
    public async Task CancellationStops()
    {
        await using var role = new RoleUnderTest(new ServerSpec());
        _ = role.Port;
        role.Cancel();

        Assert.Equal(0, await role.Exit);
    }

    [Fact]
    public async Task AReportIsWrittenWholeBeforeItIsAnswered()
    {
        await using var role = new RoleUnderTest(new ServerSpec());
        _ = role.Report();
        var before = role.Seen.Count;
        var done = role.Do(id => new ReportCommand(id));
        var seen = role.Seen.Skip(before).TakeWhile(observation => !ReferenceEquals(observation, done)).Select(observation => observation.GetType());

        // A sampler that the machine did not run in time says so, whenever it is asked for a report.
        Assert.Equal([typeof(ListenersSeen), typeof(ServerTally), typeof(DescriptorsSeen), typeof(CpuUsed)], seen.Where(one => one != typeof(SamplesLost)));
    }

    [Fact]
    public async Task WhatDoesNotChangeIsNotWrittenAgain()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Accept = AcceptPolicy.Never });
        _ = role.First<ServerTally>(_ => true);
        role.Clock.SleepUntil(role.Clock.Now + Nanoseconds.FromMilliseconds(250));
        _ = role.Do(id => new BeginCommand(id, role.Clock.Now));

        _ = Assert.Single(role.Seen.OfType<ListenersSeen>());
        _ = Assert.Single(role.Seen.OfType<ServerTally>());
    }

    [Fact]
    public async Task ACommandOfTheSwarmIsAnsweredWithASentence()
    {
        await using var role = new RoleUnderTest(new ServerSpec());

        Assert.Equal("'end-clients' is a command for another role, not for the server", role.Do(id => new EndClientsCommand(id, ClientEnd.Close, null)).Error);
    }

    [Fact]
    public async Task ALineThatIsNoCommandEndsTheRole()
    {
        await using var role = new RoleUnderTest(new ServerSpec());
        role.SendLine("{\"do\":\"dance\"}");

        _ = await Assert.ThrowsAsync<InvalidDataException>(() => role.Exit);
    }
}
