using LoadLab.Kernel;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Server.Tests;

public class DeferAcceptTests
{
    [Fact]
    public async Task AConnectionIsAcceptedWithItsFirstDataAndNotBefore()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Connection = ConnectionBehaviour.Discard, DeferAccept = Nanoseconds.FromSeconds(30) });
        using var clients = new Clients(role.Port, 2);
        Assert.Equal(0, role.Report().Accepted);

        Assert.Equal(10, SocketCalls.Send(clients[1], new byte[10]).Value);

        _ = role.First<ServerTally>(tally => tally is { Accepted: 1, BytesRead: 10 });
    }

    [Fact]
    public async Task TheTallyHasWhatTheKernelMadeOfIt()
    {
        await using var role = new RoleUnderTest(new ServerSpec { DeferAccept = Nanoseconds.FromSeconds(30) });

        // 1, 3, 7, 15, 31 s: the end of a step of the SYN-ACK schedule.
        Assert.Equal(Nanoseconds.FromSeconds(31), role.Report().DeferAccept);
    }

    [Fact]
    public async Task ACommandTurnsItOffOnTheLiveListeners()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Listeners = 2, DeferAccept = Nanoseconds.FromSeconds(3) });
        Assert.Null(role.Do(id => new DeferAcceptCommand(id, Nanoseconds.Zero)).Error);
        Assert.Equal(Nanoseconds.Zero, role.Report().DeferAccept);
        using var clients = new Clients(role.Port, 4);

        _ = role.First<ServerTally>(tally => tally.Accepted == 4);
    }

    [Fact]
    public async Task ASendIsForTheSwarm()
    {
        await using var role = new RoleUnderTest(new ServerSpec());
        Assert.Contains("for another role", role.Do(id => new SendCommand(id, 1, null)).Error, StringComparison.Ordinal);
    }
}
