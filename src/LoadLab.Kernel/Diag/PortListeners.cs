using System.Collections.Immutable;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>The sockets that listen where a connection to an address and port may go: with SO_REUSEPORT several, of several programs.</summary>
/// <remarks>
/// Opens its descriptor once, so it works at the fd limit. Not thread-safe. Kernel: net/ipv4/inet_hashtables.c __inet_lookup_listener (the exact
/// address before the any address, IPv4 before dual-stack).
/// </remarks>
public sealed unsafe class PortListeners : IDisposable
{
    private static readonly UInt128 AnyIpv4 = TcpSegment.Mapped(0);
    private readonly SockDiag diag = new();

    /// <summary>SO_COOKIE of a socket: a number that no other socket of this boot has; null: a kernel before 4.12, or no socket.</summary>
    public static ulong? CookieOf(int fd)
    {
        ulong cookie;
        var length = (uint)sizeof(ulong);
        return Libc.getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length) == 0 ? cookie : null;
    }

    /// <summary>
    /// All listeners of a port that may get a connection to an address: those of the same address, and where one of the two is the any address.
    /// </summary>
    /// <param name="address">The target, or the address of another listener; IPv4 as mapped.</param>
    /// <param name="port">The port.</param>
    /// <exception cref="KernelException">The kernel did not answer.</exception>
    public ImmutableArray<DiagSocket> Overlapping(UInt128 address, int port) =>
    [
        .. diag.Connections(1u << TCP_LISTEN, port).Select(one => one.Socket).Where(
            one => one.SourcePort == port && (one.Source == address || IsAny(one.Source) || IsAny(address))),
    ];

    /// <summary>True when one of <see cref="Overlapping"/> is not a socket of these processes, or when a process cannot be asked.</summary>
    /// <exception cref="KernelException">The kernel did not answer.</exception>
    public bool HasForeign(UInt128 address, int port, IEnumerable<int> processes)
    {
        ArgumentNullException.ThrowIfNull(processes);
        var found = Overlapping(address, port);
        if (found.IsEmpty)
        {
            return false;
        }

        var own = processes.SelectMany(pid => ProcessDescriptors.Read(pid)?.SocketInodes ?? []).ToHashSet();
        return !found.All(one => own.Contains(one.Inode));
    }

    /// <inheritdoc/>
    public void Dispose() => diag.Dispose();

    private static bool IsAny(UInt128 address) => address == UInt128.Zero || address == AnyIpv4;
}
