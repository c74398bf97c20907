using System.Net;
using System.Net.Sockets;
using LoadLab.Model;

namespace LoadLab.Kernel.Tests;

/// <summary>sock_diag and the listener's own TCP_INFO, asked about the same real sockets.</summary>
public sealed class ListenerWitnessTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void BacklogHoldsOneMoreThanItsNumberAndBothWitnessesSaySo(int backlog)
    {
        using var listener = Listener(backlog, out var port);
        using var diag = new SockDiag();
        var clients = Enumerable.Range(0, backlog + 4).Select(_ => Connect(port)).ToList();
        try
        {
            var own = SocketCalls.ReadListener((int)listener.SafeHandle.DangerousGetHandle(), 0);
            var seen = Assert.Single(diag.Listeners(PortRange.One(port)));
            Assert.Equal(backlog + 1, own!.Value.Queue);
            Assert.Equal(backlog, own.Value.LiveBacklog);
            Assert.Equal(own.Value with { Id = 0 }, seen);
            Assert.True(own.Value.Drops >= 3, $"kernel {Environment.OSVersion.Version}: sk_drops {own.Value.Drops}");
            var (client, server) = diag.States(PortRange.One(port));
            Assert.Equal(backlog + 1, client["ESTABLISHED"]);
            Assert.Equal(3, client["SYN-SENT"]);
            Assert.Equal(backlog + 1, server["ESTABLISHED"]);
            Assert.Equal(1, server["LISTEN"]);
        }
        finally
        {
            clients.ForEach(c => c.Dispose());
        }
    }

    [Fact]
    public void ARequestWhoseConnectionIsDeferredIsHalfOpen()
    {
        const int TCP_DEFER_ACCEPT = 9;
        using var listener = Listener(4, out var port);
        listener.SetRawSocketOption((int)SocketOptionLevel.Tcp, TCP_DEFER_ACCEPT, BitConverter.GetBytes(30));
        using var client = Connect(port);
        using var diag = new SockDiag();
        Assert.Equal(1, diag.States(PortRange.One(port)).Server["SYN-RECV"]);
        Assert.Equal((1, 0), diag.HalfOpen);
        _ = diag.States(PortRange.One(port + 1));
        Assert.Equal((0, 0), diag.HalfOpen);
        Assert.True(diag.Walked >= 1);
    }

    [Fact]
    public void AClientWithTheServersPortAtAnotherAddressIsNoServer()
    {
        using var listener = Listener(4, out var port);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), port));
        client.Connect(IPAddress.Loopback, port);
        using var diag = new SockDiag();
        var (clients, servers) = diag.States(PortRange.One(port) with { Host = TcpSegment.Mapped(0x7F00_0001) });
        Assert.Equal((1, 1, 1), (clients["ESTABLISHED"], servers["ESTABLISHED"], servers["LISTEN"]));
    }

    [Fact]
    public void AConnectedSocketIsNoListener()
    {
        using var listener = Listener(4, out var port);
        using var client = Connect(port);
        Assert.Null(SocketCalls.ReadListener((int)client.SafeHandle.DangerousGetHandle(), 0));
    }

    [Fact]
    public void EmfileIsNotEnfile()
    {
        LoadEverything();
        var before = ResourceLimits.Nofile(0)!.Value;
        var open = ProcessDescriptors.Read(Environment.ProcessId)!.Open;
        _ = new SocketSource().Create(out _); // What the runtime loads for its first socket needs descriptors of its own.
        Assert.True(ResourceLimits.SetNofile(0, new SoftAndHard(open, before.Hard)).IsOk);
        try
        {
            var source = new SocketSource();
            var held = new List<Socket>();
            Errno errno;
            while (source.Create(out errno) is { } socket)
            {
                held.Add(socket);
            }

            Assert.Equal(Errno.EMFILE, errno);
            Assert.Null(source.Create(out errno));
            Assert.Equal(Errno.EMFILE, errno);
            held.ForEach(s => SocketSource.Close(s, reset: true));
        }
        finally
        {
            _ = ResourceLimits.SetNofile(0, before);
        }
    }

    // At its fd limit a process cannot open an assembly, and a load that failed once is remembered: whatever any test needs is loaded before.
    private static void LoadEverything()
    {
        var waiting = new Queue<System.Reflection.Assembly>([typeof(ListenerWitnessTests).Assembly]);
        var seen = new HashSet<string>();
        while (waiting.TryDequeue(out var assembly))
        {
            foreach (var name in assembly.GetReferencedAssemblies().Where(name => seen.Add(name.FullName)))
            {
                waiting.Enqueue(System.Reflection.Assembly.Load(name));
            }
        }
    }

    private static Socket Listener(int backlog, out int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Assert.True(SocketCalls.Listen(listener.SafeHandle, backlog).IsOk);
        return listener;
    }

    private static Socket Connect(int port)
    {
        var socket = new SocketSource().Create(out _)!;
        var fd = (int)socket.SafeHandle.DangerousGetHandle();
        _ = SocketCalls.SetNonBlocking(fd, nonBlocking: true);
        _ = SocketCalls.Connect(fd, 0x7F000001, port);
        return socket;
    }
}
