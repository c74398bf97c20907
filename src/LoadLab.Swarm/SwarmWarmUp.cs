using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Loads what a worker will need later, while it still can: at the fd limit not even an assembly can be opened.</summary>
/// <remarks>It sends no packet, so no counter of the sandbox moves.</remarks>
internal static class SwarmWarmUp
{
    /// <summary>Writes one of each observation to nowhere, and makes a socket and the exception of a socket that could not be made.</summary>
    public static void Run()
    {
        using (var pipe = new ObservationPipe(Stream.Null, "", null))
        {
            var tally = new ConnectTally(0, 0, 0);
            tally.Issued(1);
            tally.Established(1);
            tally.Failed(SwarmSyscalls.Connect, Errno.ECONNREFUSED, 1);
            pipe.Write(tally.Take(1));
            var recorder = new ConnectRecorder(0, pipe.Write);
            recorder.Add(new ConnectRow(0, 0, 0, 0, 0, ConnectOutcome.Failed, Errno.EMFILE));
            recorder.WriteLast(1);
            pipe.Write(new ClientsSeen(0, 0, 0, 0));
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

        if (new SocketSource().Create(out _) is { } socket)
        {
            _ = SocketCalls.SetNonBlocking((int)socket.SafeHandle.DangerousGetHandle(), nonBlocking: true);
            SocketSource.Close(socket, reset: true);
        }
    }
}
