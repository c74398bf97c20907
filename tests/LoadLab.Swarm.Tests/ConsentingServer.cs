using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm.Tests;

/// <summary>A TCP listener with the UDP port that answers swarms, and what a test has it answer.</summary>
/// <remarks>Concurrency: one thread answers, until the UDP socket is closed.</remarks>
internal sealed class ConsentingServer : IDisposable
{
    private readonly Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Thread thread;
    private int asked;

    public ConsentingServer(int backlog)
    {
        Listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        do
        {
            // A number that is free for both.
            Listener.Dispose();
            Listener = Bound(0);
        }
        while (!TryBindUdp());
        Port = ((IPEndPoint)Listener.LocalEndPoint!).Port;
        Listener.Listen(backlog);
        Token = ConsentToken.OfListeners([PortListeners.CookieOf((int)Listener.Handle)!.Value]);
        thread = new Thread(Answer);
        thread.Start();
    }

    public Socket Listener { get; }

    public int Port { get; }

    public SwarmTarget Target => SwarmTarget.TryCreate("127.0.0.1", Port, out var target) is null ? target! : throw new InvalidOperationException();

    /// <summary>What it says of its listeners.</summary>
    public ulong Token { get; set; }

    /// <summary>What it says of others.</summary>
    public bool IsShared { get; set; }

    /// <summary>Answers wait for it.</summary>
    public ManualResetEventSlim MayAnswer { get; } = new(true);

    /// <summary>How long it takes over each answer.</summary>
    public TimeSpan Takes { get; set; }

    public int Asked => Volatile.Read(ref asked);

    /// <summary>A watch over it, by a swarm that can look at its listener or only ask.</summary>
    public ConsentWatch Watch(bool looks = true)
    {
        var client = new ConsentClient(Target, "test");
        var first = client.Ask(TimeSpan.FromSeconds(10), CancellationToken.None)!;
        var watch = ConsentWatch.TryBegin(client, first, looks ? new LoopbackListeners(Target) : null, out var refusal, CancellationToken.None);
        return watch ?? throw new InvalidOperationException(refusal);
    }

    /// <summary>Another program's listener on the port.</summary>
    public static Socket Bound(int port, bool reusePort = false)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _ = reusePort ? SocketCalls.ReusePort((int)socket.Handle) : default;
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    public void CloseUdp()
    {
        MayAnswer.Set();
        udp.Dispose();
        thread.Join();
    }

    public void Dispose()
    {
        CloseUdp();
        Listener.Dispose();
        MayAnswer.Dispose();
    }

    private bool TryBindUdp()
    {
        try
        {
            udp.Bind(Listener.LocalEndPoint!);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Answer()
    {
        var buffer = new byte[ConsentToken.LongestMessage];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        try
        {
            while (true)
            {
                var ask = JsonSerializer.Deserialize(buffer.AsSpan(0, udp.ReceiveFrom(buffer, ref from)), ModelJson.Default.ConsentAsk)!;
                _ = Interlocked.Increment(ref asked);
                MayAnswer.Wait();
                if (Takes > TimeSpan.Zero)
                {
                    Thread.CurrentThread.Join(Takes);
                }

                var token = IsShared ? ConsentToken.Refusal(ask.Nonce, Port) : ConsentToken.Of(ask.Nonce, Port);
                _ = udp.SendTo(JsonSerializer.SerializeToUtf8Bytes(new ConsentAnswer(token, 0, 0, Nanoseconds.Zero, Token, IsShared),
                    ModelJson.Default.ConsentAnswer), from);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The socket was closed: that is how this thread ends.
        }
    }
}
