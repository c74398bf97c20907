using System.Net.Sockets;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>Makes client sockets with exact errno and at most one exception for each run of failures.</summary>
/// <remarks>
/// <c>new Socket</c> is what .NET programs run, and the cheapest; but it throws when the descriptor table is full, and its error code cannot tell
/// EMFILE from ENFILE.
/// So after the first failure socket(2) is asked directly, until it succeeds again. One instance a thread.
/// </remarks>
public sealed class SocketSource
{
    private bool failing;

    /// <summary>A blocking TCP socket over IPv4; null and the errno when the kernel gave none.</summary>
    public Socket? Create(out Errno errno)
    {
        errno = Errno.None;
        if (!failing)
        {
            try
            {
                return new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (SocketException)
            {
                failing = true;
            }
        }

        var fd = SocketCalls.CreateTcp(nonBlocking: false);
        if (!fd.IsOk)
        {
            errno = fd.Errno;
            return null;
        }

        failing = false;
        return Wrap((int)fd.Value);
    }

    /// <summary>Gives a descriptor its object, which owns it from then on.</summary>
    public static Socket Wrap(int fd) => new(new SafeSocketHandle(fd, ownsHandle: true));

    /// <summary>Closes a socket by close(2) itself: no shutdown and no wake-up of waiters, of which a swarm's sockets have none.</summary>
    /// <remarks>
    /// The socket is then done with: it must not be disposed as well, since Dispose would wait for ever for a release that has been passed over.
    /// </remarks>
    public static void Close(Socket socket, bool reset)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var handle = socket.SafeHandle;
        var fd = (int)handle.DangerousGetHandle();
        handle.SetHandleAsInvalid();
#pragma warning disable CA1816 // Not our own finalizer: this stands for the socket's Dispose.
        GC.SuppressFinalize(socket);
#pragma warning restore CA1816
        _ = reset ? SocketCalls.Reset(fd) : SocketCalls.Close(fd);
    }
}
