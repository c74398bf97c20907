using LoadLab.Model;
using Xunit;

namespace LoadLab.Swarm.Tests;

public class SwarmRoleTests
{
    [Fact]
    public void EndOfInputStopsIt()
    {
        using var role = new RunningRole();
        role.CloseInput();
        role.End();
        Assert.Equal(0, role.ExitCode);
    }

    [Fact]
    public void StopIsAnsweredAndEndsIt()
    {
        using var role = new RunningRole();
        role.Stop();
        Assert.Equal(0, role.ExitCode);
    }

    [Fact]
    public void ALineThatIsNoCommandIsAnsweredAndEndsItWithAStatus()
    {
        using var role = new RunningRole();
        role.SendLine("{\"do\":\"dance\",\"id\":1}\n"u8);
        Assert.Contains("is no command", role.Answer(SwarmRole.NoCommandId).Error, StringComparison.Ordinal);
        role.End();
        Assert.Equal(SwarmRole.ExitBadCommand, role.ExitCode);
    }

    [Fact]
    public void ACommandForTheServerIsAnsweredWithAnError()
    {
        using var role = new RunningRole();
        Assert.NotNull(role.Do(new ListenCommand(role.NextId(), 4)).Error);
        Assert.Null(role.Do(new ReportCommand(role.NextId())).Error);
    }

    [Fact]
    public void ATargetThatCouldBeHarmedIsRefused()
    {
        using var role = new RunningRole();
        Assert.Contains("refused as a target", role.Do(role.LoadOf(new SwarmSpec(), 80, LoadUntil.Issued, address: "192.0.2.1")).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ReportIsServedWhileALoadGoesOnAndStopAnswersWhatIsLeftOfIt()
    {
        using var listener = new Listener(backlog: 4096);
        using var role = new RunningRole();
        var load = role.LoadOf(new SwarmSpec { Shape = LoadShape.Rate, Connections = 0, Rate = new Rate(1000), For = Nanoseconds.FromSeconds(600) },
            listener.Port, LoadUntil.Issued);
        role.Send(load);
        _ = role.Until(seen => seen is ConnectsCounted);
        Assert.True(role.Report().Open > 0);
        role.Stop();
        Assert.Contains(role.Seen, seen => seen is CommandDone { Error: not null } done && done.Id == load.Id);
    }

    [Fact]
    public void OldestClientsAreEndedFirst()
    {
        using var listener = new Listener(backlog: 16);
        using var role = new RunningRole();
        var spec = new SwarmSpec { Connections = 4, Ports = PortStrategy.Planned, Sources = new AddressRange(0x7F4D0001, 0x7F4D0001) };
        _ = role.Load(spec, listener.Port, LoadUntil.Settled, (21000, 21003));
        Assert.Equal(4, role.Report().Open);
        var accepted = Enumerable.Range(0, 4).Select(_ => listener.Accept()).ToDictionary(client => ((System.Net.IPEndPoint)client.RemoteEndPoint!).Port);
        _ = role.Do(new EndClientsCommand(role.NextId(), ClientEnd.Reset, 2));
        Assert.Equal(2, role.Report().Open);

        // Reset, not closed: a port in TIME-WAIT could not be bound by the next run of this test.
        Assert.Throws<System.Net.Sockets.SocketException>(() => accepted[21000].Receive(new byte[1]));
        Assert.Throws<System.Net.Sockets.SocketException>(() => accepted[21001].Receive(new byte[1]));
        Assert.False(accepted[21002].Poll(0, System.Net.Sockets.SelectMode.SelectRead));
        Assert.False(accepted[21003].Poll(0, System.Net.Sockets.SelectMode.SelectRead));
        _ = role.Do(new EndClientsCommand(role.NextId(), ClientEnd.Reset, null));
        Assert.Equal(0, role.Report().Open);
        Assert.Equal(4, role.Counted.Sum(counted => counted.Ended));
        foreach (var client in accepted.Values)
        {
            client.Dispose();
        }
    }
}
