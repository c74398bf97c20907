using System.Net;
using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>
/// Rehearses what the role will do, before it says ready: the first time costs what the just-in-time compiler takes, and at the fd limit not even an
/// assembly can be opened.
/// </summary>
/// <remarks>On a listener of its own, with one client; the run's counters are counted from after that.</remarks>
internal static class ServerWarmUp
{
    /// <summary>One accepted connection, one of each report, one of each command.</summary>
    public static void Run(ServerSpec spec)
    {
        var clock = RunClock.StartNew();
        using var pipe = new ObservationPipe(Stream.Null, "", null);
        var rehearsed = spec with { Address = "127.0.0.1", Backlog = 1, Listeners = 1, Accept = AcceptPolicy.Eager };
        using var server = FreePort.Take(port => TcpServer.TryOpen(rehearsed with { Port = port }, clock, startsWithFirst: false, out _));
        if (server is null)
        {
            return;
        }

        using var session = new ServerSession(server, clock, pipe);
        session.Start();
        using (var client = FreePort.Bound())
        {
            client.Connect(new IPEndPoint(IPAddress.Loopback, server.Listeners.Port));
            client.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        using var commands = new MemoryStream([.. CommandPipe.ToLine(new BeginCommand(1, default)), .. CommandPipe.ToLine(new DeferAcceptCommand(2, default)),
            .. CommandPipe.ToLine(new ReportCommand(3)), .. CommandPipe.ToLine(new StopCommand(4))]);
        session.FollowCommands(commands);
        session.Finish();
        CommandPipe.WarmUp();
        RuntimeFiles.OpenAll();
    }
}
