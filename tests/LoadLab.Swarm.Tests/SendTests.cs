using System.Net.Sockets;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Swarm.Tests;

public class SendTests
{
    [Fact]
    public void TheOldestSendAndWaitForNothing()
    {
        using var listener = new Listener(backlog: 16);
        using var role = new RunningRole();
        var spec = new SwarmSpec { Connections = 3, Ports = PortStrategy.Planned, Sources = new AddressRange(0x7F4D0002, 0x7F4D0002) };
        _ = role.Load(spec, listener.Port, LoadUntil.Settled, (21010, 21012));
        var accepted = Enumerable.Range(0, 3).Select(_ => listener.Accept()).ToDictionary(client => ((System.Net.IPEndPoint)client.RemoteEndPoint!).Port);

        Assert.Null(role.Do(new SendCommand(role.NextId(), 100, 2)).Error);

        Assert.Equal((3L, 2L, 0L), (role.Report().Open, role.Report().Senders, role.Report().DataRetransmits));
        Assert.Equal([100, 100, 0], accepted.OrderBy(pair => pair.Key).Select(pair => pair.Value.Available));
        _ = role.Do(new EndClientsCommand(role.NextId(), ClientEnd.Reset, null));
        Array.ForEach([.. accepted.Values], client => client.Dispose());
    }

    [Fact]
    public void WhoSendsTwiceIsOneSender()
    {
        using var listener = new Listener(backlog: 16);
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec(), listener.Port, LoadUntil.Settled);
        _ = role.Do(new SendCommand(role.NextId(), 1, null));
        _ = role.Do(new SendCommand(role.NextId(), 1, null));
        Assert.Equal(1, role.Report().Senders);
    }

    [Fact]
    public void MoreThanTheBufferTakesMakesNoSender()
    {
        using var listener = new Listener(backlog: 16);
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec(), listener.Port, LoadUntil.Settled);
        Assert.Null(role.Do(new SendCommand(role.NextId(), 1 << 28, null)).Error);
        Assert.Equal((1L, 0L), (role.Report().Open, role.Report().Senders));
    }

    [Fact]
    public void AConnectionThatWasResetIsBrokenOnceAndNoLongerOpen()
    {
        using var listener = new Listener(backlog: 16);
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec { Connections = 2 }, listener.Port, LoadUntil.Settled);
        _ = role.Do(new SendCommand(role.NextId(), 1, null));
        using var first = listener.Accept();
        using var second = listener.Accept();
        first.LingerState = new LingerOption(enable: true, seconds: 0);
        first.Close();

        Assert.Equal(1, role.Report().Open);
        Assert.Equal(1, role.Report().Open);

        var failed = Assert.Single(role.Seen.OfType<SyscallFailed>());
        Assert.Equal((Role.Swarm, "recv", Errno.ECONNRESET, 1L), (failed.Role, failed.Syscall, failed.Errno, failed.Count));
    }

    [Fact]
    public void SendingIntoAResetConnectionIsCountedBySend()
    {
        using var listener = new Listener(backlog: 16);
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec(), listener.Port, LoadUntil.Settled);
        using (var client = listener.Accept())
        {
            client.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        _ = role.Do(new SendCommand(role.NextId(), 1, null));

        Assert.Equal((0L, 0L), (role.Report().Open, role.Report().Senders));
        var failed = Assert.Single(role.Seen.OfType<SyscallFailed>());
        Assert.Equal(("send", Errno.ECONNRESET), (failed.Syscall, failed.Errno));
    }

    [Fact]
    public void NothingToSendIsRefused()
    {
        using var role = new RunningRole();
        Assert.Contains("at least 1 byte", role.Do(new SendCommand(role.NextId(), 0, null)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOptionThatTheKernelRefusesIsAFailedConnectWithItsErrno()
    {
        using var listener = new Listener(backlog: 16);
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec { SynCount = 128 }, listener.Port, LoadUntil.Settled);
        _ = role.Report();
        var failure = Assert.Single(role.Failures);
        Assert.Equal(("setsockopt", Errno.EINVAL), (failure.Syscall, failure.Errno));
    }

    [Fact]
    public void ClientsWithOptionsConnectAsOthersDo()
    {
        using var listener = new Listener(backlog: 16);
        using var role = new RunningRole();
        _ = role.Load(new SwarmSpec { SynCount = 3, UserTimeout = Nanoseconds.FromMilliseconds(1500) }, listener.Port, LoadUntil.Settled);
        Assert.Equal(1, role.Report().Open);
        Assert.Empty(role.Failures);
    }
}
