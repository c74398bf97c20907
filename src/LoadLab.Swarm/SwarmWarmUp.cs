using System.Net;
using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Loads what a worker will need later, while it still can: at the fd limit not even an assembly can be opened.</summary>
/// <remarks>It connects to a listener of its own before the role says ready; the run's counters are counted from after that.</remarks>
internal static class SwarmWarmUp
{
    /// <summary>Writes one of each observation to nowhere, makes the exception of a socket that could not be made, and rehearses a load.</summary>
    public static void Run()
    {
        using (var pipe = new ObservationPipe(Stream.Null, "", null))
        {
            var tally = new ConnectTally(0, 0, 0);
            tally.Issued(1);
            tally.Established(1, retransmits: 0);
            tally.Failed(SwarmSyscalls.Connect, Errno.ECONNREFUSED, 1, 1);
            pipe.Write(tally.Take(1));
            var recorder = new ConnectRecorder(0, pipe.Write);
            recorder.Add(new ConnectRecord(0, 0, 0, 0, 0, ConnectOutcome.Failed, Errno.EMFILE));
            recorder.WriteLast(1);
            pipe.Write(new ClientsSeen(0, 0, 0, 0, 0, 0));
            pipe.Write(new PortsSeen(0, 0, 0, 0));
            pipe.Write(new DescriptorsSeen(Role.Swarm, 0, 0, 0, 0));
            pipe.Write(new SynResent(0, 0, 1, default));
            pipe.Write(new SyscallFailed(Role.Swarm, 0, SwarmSyscalls.Receive, Errno.ECONNRESET, 1, default, default));
            pipe.Write(new CommandDone(0, Role.Swarm, 0, null));
        }

        try
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }
        catch (SocketException)
        {
            // Thrown to be caught: what that takes is loaded now, and SocketSource meets one at the fd limit.
        }

        Rehearse();
        CommandPipe.WarmUp();
        RuntimeFiles.OpenAll();
    }

    // A listener of one's own that takes two and leaves the third waiting: established, pending and given up are all met once.
    private static void Rehearse()
    {
        // From an address that no scenario's server has: a port range of one port is the server's, which looks for it at the same time.
        const uint Apart = 0x7FFFFFFE;

        using var listener = FreePort.Listening(backlog: 1);
        var spec = new SwarmSpec
        {
            Connections = 3,
            Then = ClientEnd.Reset,
            ConnectTimeout = Nanoseconds.FromMilliseconds(1),
            Sources = new AddressRange(Apart, Apart),
        };
        if (SwarmTarget.TryCreate("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port, out var target) is null)
        {
            _ = SwarmRun.Run(spec, target!, (1, 2), TextWriter.Null, observations: Stream.Null);
        }
    }
}
