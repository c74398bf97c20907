using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe.Tests;

/// <summary>A listener on 127.0.0.1 and a connection to it, closed with the test.</summary>
internal sealed class Loopback : IDisposable
{
    private readonly List<int> open = [];

    public Loopback()
    {
        Listener = Made(StreamCalls.Create(SocketFamily.Ipv4, 0));
        _ = Made(StreamCalls.Bind(Listener, SocketEnd.Loopback(SocketFamily.Ipv4, 0)));
        _ = Made(StreamCalls.Listen(Listener, 5));
        _ = Made(StreamCalls.Name(Listener, out var end));
        End = end;
        Client = Made(StreamCalls.Create(SocketFamily.Ipv4, 0));
        _ = Made(StreamCalls.Connect(Client, end));
        Accepted = Made(StreamCalls.Accept(Listener, 0));
        open.AddRange([Listener, Client, Accepted]);
    }

    public int Listener { get; }

    public SocketEnd End { get; }

    public int Client { get; }

    public int Accepted { get; }

    public static int Made(SyscallResult answer)
    {
        Assert.True(answer.IsOk, $"{answer.Errno}");
        return (int)answer.Value;
    }

    /// <summary>Somebody else closes its descriptors.</summary>
    public void GiveAway() => open.Clear();

    public void Dispose() => open.ForEach(fd => _ = SocketCalls.Close(fd));
}
