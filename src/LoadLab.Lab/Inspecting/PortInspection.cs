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
    /// <summary>One port; its list of listeners is empty when nobody listens on it.</summary>
    public static PortView Look(int port)
    {
        using var reader = new NetCounterReader();
        var counters = reader.Read();
        using var diag = new SockDiag();
        var sockets = diag.Connections(sourcePort: port);
        return new PortView
        {
            Port = port,
            Somaxconn = int.TryParse(Sysctl.Read("net.core.somaxconn"), CultureInfo.InvariantCulture, out var somaxconn) ? somaxconn : null,
            Listeners = Listening([.. sockets.Where(TcpStates.IsListener)], sockets),
            States = StatesOf(sockets),
            ListenDrops = counters["TcpExt.ListenDrops"],
            ListenOverflows = counters["TcpExt.ListenOverflows"],
        };
    }

    /// <summary>The ports that somebody listens on, ascending.</summary>
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
                    [.. owners.ByInode[one.Socket.Inode].Select(owner => $"{owner.Name}[{owner.Pid}]")]))
                .OrderByDescending(view => view.Queue).ThenByDescending(view => view.Drops).ThenBy(view => view.Address, StringComparer.Ordinal),
        ];
    }

    // A request has the address that the SYN was sent to, which a listener on "any" does not have itself; one on "any" of IPv6 takes IPv4 where nobody else does.
    private static IPEndPoint Taker(IPEndPoint request, HashSet<IPEndPoint> listeners) =>
        ((IPEndPoint[])[request, new(request.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, request.Port)])
            .FirstOrDefault(listeners.Contains, new IPEndPoint(IPAddress.IPv6Any, request.Port));
}
