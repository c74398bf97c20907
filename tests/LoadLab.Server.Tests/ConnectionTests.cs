using System.Net;
using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Server.Tests;

public class ConnectionTests
{
    [Fact]
    public async Task DiscardCountsBytesEndsOfStreamAndResets()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Connection = ConnectionBehaviour.Discard });
        using var clients = new Clients(role.Port, 3);
        _ = role.First<ServerTally>(tally => tally.Accepted == 3);
        Assert.Equal(1000, SocketCalls.Send(clients[0], new byte[1000]).Value);
        clients.Close(0);
        clients.Reset(0);

        var tally = role.First<ServerTally>(seen => seen.Open == 1);

        Assert.Equal((1, 1000), (tally.EndOfStream, tally.BytesRead));
        Assert.Equal(1, tally.Errors[Errno.ECONNRESET]);
    }

    [Fact]
    public async Task EchoSendsBackMoreThanAnyBufferHolds()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Connection = ConnectionBehaviour.Echo });
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, role.Port), TestContext.Current.CancellationToken);
        var sent = new byte[16 * 1024 * 1024];
        new Random(1).NextBytes(sent);
        var sending = Task.Run(
            () =>
            {
                for (var at = 0; at < sent.Length;)
                {
                    at += socket.Send(sent.AsSpan(at));
                }

                socket.Shutdown(SocketShutdown.Send);
            },
            TestContext.Current.CancellationToken);

        // Nothing is read back yet: the server fills what the kernel buffers, and then holds unsent bytes itself.
        _ = role.First<ServerTally>(tally => tally.BytesRead > 64 * 1024);
        await using var stream = new NetworkStream(socket);
        var back = new byte[sent.Length];
        await stream.ReadExactlyAsync(back, TestContext.Current.CancellationToken);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        await sending;

        Assert.True(back.AsSpan().SequenceEqual(sent));
        Assert.Equal(1, role.First<ServerTally>(tally => tally.Open == 0 && tally.Accepted == 1).EndOfStream);
    }

    [Theory]
    [InlineData(ConnectionBehaviour.Hold)]
    [InlineData(ConnectionBehaviour.Discard)]
    public async Task AReportAsksTheConnectionsWhatTheyHaveSentAgain(ConnectionBehaviour behaviour)
    {
        await using var role = new RoleUnderTest(new ServerSpec { Connection = behaviour, UserTimeout = Nanoseconds.FromSeconds(5) });
        using var clients = new Clients(role.Port, 2);
        _ = role.First<ServerTally>(tally => tally.Accepted == 2);
        Assert.Equal(0, role.Report().Retransmits);
        Assert.DoesNotContain(role.Seen, seen => seen is SyscallFailed);
    }

    [Fact]
    public async Task WhoClosesAtOnceCannotBeAskedWhatWasSentAgain()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Connection = ConnectionBehaviour.Close });
        using var clients = new Clients(role.Port, 1);
        _ = role.First<ServerTally>(tally => tally.Accepted == 1);
        Assert.Null(role.Report().Retransmits);
    }

    [Fact]
    public async Task CloseEndsWithFin()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Connection = ConnectionBehaviour.Close });
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, role.Port), TestContext.Current.CancellationToken);

        Assert.Equal(0, await socket.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        Assert.Equal((1, 0), (role.Report().Accepted, role.Report().Open));
    }

    [Fact]
    public async Task ResetEndsWithRst()
    {
        await using var role = new RoleUnderTest(new ServerSpec { Connection = ConnectionBehaviour.Reset });
        using var clients = new Clients(role.Port, 1);
        _ = role.First<ServerTally>(tally => tally.Accepted == 1);

        using var epoll = new Epoll();
        _ = epoll.Add(clients[0], 0, Readiness.Error);
        Assert.Equal(1, epoll.Wait(long.MaxValue).Length);
        Assert.Equal(Errno.ECONNRESET, SocketCalls.PendingError(clients[0]));
    }

    [Fact]
    public async Task HoldNeverReads()
    {
        await using var role = new RoleUnderTest(new ServerSpec());
        using var clients = new Clients(role.Port, 2);
        _ = role.First<ServerTally>(tally => tally.Accepted == 2);
        clients.Close(0);

        var tally = role.Report();

        Assert.Equal((2, 0, 0), (tally.Open, tally.EndOfStream, tally.BytesRead));
    }

    [Fact]
    public async Task AHeldConnectionCostsLessThanOneKilobyteOfManagedMemory()
    {
        const int Connections = 4000;
        await using var role = new RoleUnderTest(new ServerSpec());
        using var clients = new Clients(role.Port, 100);
        _ = role.First<ServerTally>(tally => tally.Accepted == 100);

        // What earlier tests have left goes before the count, not during it.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        clients.Connect(role.Port, Connections);
        _ = role.First<ServerTally>(tally => tally.Accepted == 100 + Connections);

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Connections;

        TestContext.Current.TestOutputHelper?.WriteLine($"{each:0.0} bytes of managed memory for each held connection");
        Assert.True(each < 1024, $"{each:0.0} bytes each");
    }
}
