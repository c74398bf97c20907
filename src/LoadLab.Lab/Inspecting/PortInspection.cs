using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Looks at the listeners of this network namespace, of all ports or of one.</summary>
public static class PortInspection
{
    /// <summary>One port; its list of listeners is empty when the port has none.</summary>
    /// <param name="port">The port.</param>
    /// <param name="counters">The counters of interest.</param>
    /// <param name="sysctls">The sysctls of interest.</param>
    public static PortView Look(int port, IEnumerable<Counter> counters, IEnumerable<string> sysctls)
    {
        using var reader = new NetCounterReader();
        var seen = reader.Read();
        using var diag = new SockDiag();
        var sockets = diag.Connections(sourcePort: port);
        return new PortView
        {
            Port = port,
            Somaxconn = int.TryParse(Sysctl.Read("net.core.somaxconn"), CultureInfo.InvariantCulture, out var somaxconn) ? somaxconn : null,
            Listeners = Listening([.. sockets.Where(TcpStates.IsListener)], sockets),
            States = StatesOf(sockets),
            ListenDrops = seen[Counter.ListenDrops.Name],
            ListenOverflows = seen[Counter.ListenOverflows.Name],
            Counters = MachineInspection.Counters(seen, counters),
            Sysctls = MachineInspection.Sysctls(sysctls),
        };
    }

    /// <summary>The ports that have a listener, ascending.</summary>
    public static ImmutableArray<int> ListeningPorts() => [.. All().Where(TcpStates.IsListener).Select(one => one.Local.Port).Distinct().Order()];

    internal static IReadOnlyList<DiagConnection> All()
    {
        using var diag = new SockDiag();
        return diag.Connections();
    }

    internal static ImmutableSortedDictionary<string, long> StatesOf(IEnumerable<DiagConnection> sockets) =>
        sockets.CountBy(one => one.Socket.State).ToImmutableSortedDictionary(pair => TcpStates.NameOf(pair.Key), pair => (long)pair.Value);

    /// <summary>Listeners with their requests and owners, the longest queue first.</summary>
    internal static ImmutableArray<ListeningView> Listening(IReadOnlyList<DiagConnection> listeners, IReadOnlyList<DiagConnection> sockets)
    {
        if (listeners.Count == 0)
        {
            return [];
        }

        var addresses = listeners.Select(one => one.Local).ToHashSet();
        var requests = sockets.Where(TcpStates.IsHalfOpen).CountBy(request => Taker(request.Local, addresses)).ToDictionary();

        // Without an inode no process has the socket: in CLOSE-WAIT it is one that accept() has not taken (net/core/sock.c sock_i_ino).
        var closed = sockets.Where(TcpStates.IsCloseWait).CountBy(one => (Taker(one.Local, addresses), IsQueued: one.Socket.Inode == 0)).ToDictionary();
        var owners = SocketOwners.Of(listeners.Select(one => one.Socket.Inode).ToHashSet());
        return
        [
            .. listeners
                .Select(one => new ListeningView(
                    one.Local.ToString(),
                    one.Socket.ReceiveQueue,
                    one.Socket.WriteQueue,
                    requests.GetValueOrDefault(one.Local),
                    one.Socket.Drops,
                    [.. owners.ByInode[one.Socket.Inode].Select(owner => $"{owner.Name}[{owner.Pid}]")])
                {
                    CloseWait = closed.GetValueOrDefault((one.Local, false)),
                    QueuedClosed = closed.GetValueOrDefault((one.Local, true)),
                })
                .OrderByDescending(view => view.Queue).ThenByDescending(view => view.Drops).ThenBy(view => view.Address, StringComparer.Ordinal),
        ];
    }

    // A request has the address that the SYN was sent to, which a listener on "any" does not have itself; one on "any" of IPv6 takes IPv4 where nobody
    // else does.
    private static IPEndPoint Taker(IPEndPoint request, HashSet<IPEndPoint> listeners) =>
        ((IPEndPoint[])[request, new(request.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, request.Port)])
            .FirstOrDefault(listeners.Contains, new IPEndPoint(IPAddress.IPv6Any, request.Port));
}
