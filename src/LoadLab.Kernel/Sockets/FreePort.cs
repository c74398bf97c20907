using System.Net;
using System.Net.Sockets;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>A port for a rehearsal. Ephemeral ports belong to the load: a scenario may leave one of them, or none.</summary>
/// <remarks>
/// The roles of a run rehearse at the same time in one network namespace. So no port is found first and taken later: whoever holds the socket has the port,
/// and a port that another role took in between is passed over.
/// </remarks>
public static class FreePort
{
    // The lowest that needs no privilege (net.ipv4.ip_unprivileged_port_start by default).
    private const int First = 1024;

    // Each lost race is another socket of another role; a reason that is not the port's own would refuse all of them.
    private const int LostRaces = 64;

    /// <summary>A TCP socket bound to the lowest port of 127.0.0.1 that is free now. The caller disposes it.</summary>
    /// <exception cref="KernelException">EADDRINUSE: there is none.</exception>
    public static Socket Bound() => Take(port => TryBind(port, null)) ?? throw NoPort();

    /// <summary>The same, listening: bind(2) alone does not take a port from another socket with SO_REUSEADDR, listen(2) does.</summary>
    /// <exception cref="KernelException">EADDRINUSE: there is none.</exception>
    public static Socket Listening(int backlog) => Take(port => TryBind(port, backlog)) ?? throw NoPort();

    /// <summary>What <paramref name="open"/> makes on the lowest port that it does not refuse by null; null when it refused all that were free.</summary>
    public static T? Take<T>(Func<int, T?> open)
        where T : class
    {
        for (var (port, lost) = (First, 0); port <= IPEndPoint.MaxPort && lost < LostRaces; port++)
        {
            using (var free = TryBind(port, null))
            {
                if (free is null)
                {
                    continue;
                }
            }

            if (open(port) is { } opened)
            {
                return opened;
            }

            lost++;
        }

        return null;
    }

    private static Socket? TryBind(int port, int? backlog)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            if (backlog is not { } queue || SocketCalls.Listen(socket.SafeHandle, queue).IsOk)
            {
                return socket;
            }
        }
        catch (SocketException)
        {
            // Another socket has it, or ip_unprivileged_port_start is higher: the next one may do.
        }

        socket.Dispose();
        return null;
    }

    private static KernelException NoPort() => new("bind to any port of 127.0.0.1", Errno.EADDRINUSE);
}
