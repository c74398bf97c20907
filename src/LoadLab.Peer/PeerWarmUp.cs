using System.Net;
using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Peer;

/// <summary>
/// Does once, unseen, what each command does: the first time costs what the just-in-time compiler takes. No flood should begin slowly for that, and
/// no handshake:
/// the server's kernel takes how long the peer's final ACK took for the round-trip time, and waits that much longer for every acknowledgement.
/// </summary>
/// <remarks>
/// It talks to a port without a listener and to one of its own, before the role says ready; the run's counters are counted from after that. The
/// listener's end resets what it left.
/// </remarks>
internal static class PeerWarmUp
{
    private const int NobodysPort = 1;
    private const uint Loopback = 0x7F000001;

    /// <summary>Rehearses.</summary>
    /// <exception cref="KernelException">A socket was refused.</exception>
    public static void Run()
    {
        using var epoll = new Epoll();
        using var sender = new RawSender(SocketFamily.Ipv4);
        var spec = new PeerSpec();
        using var answers = new AnswerSocket(spec.Sources);
        _ = epoll.Add(answers.Descriptor, 0, Readiness.Readable);
        var script = new PeerScript(spec, sender, answers, epoll, () => false);
        using var listener = FreePort.Listening(backlog: 16);
        foreach (var port in (int[])[NobodysPort, ((IPEndPoint)listener.LocalEndPoint!).Port])
        {
            foreach (var what in Enum.GetValues<PeerSegment>())
            {
                _ = script.Do(new PeerAction(what, 2, new Rate(1e6), 1), (Loopback, port), out _);
            }
        }

        using var pipe = new ObservationPipe(Stream.Null, "", null);
        pipe.Write(script.Tally());
        pipe.Write(new CommandDone(0, Role.Peer, 0, null));
        CommandPipe.WarmUp();
    }
}
