using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>Tells the server's own listening sockets from those of other programs that may get connections to the same port.</summary>
/// <remarks>Not thread-safe: one thread asks.</remarks>
internal sealed class ListenerWatchman : IDisposable
{
    private readonly PortListeners listeners = new();
    private readonly HashSet<ulong> own;
    private readonly UInt128 address;
    private readonly int port;

    /// <summary>Opens its netlink socket.</summary>
    /// <exception cref="KernelException">The kernel gave no netlink socket.</exception>
    public ListenerWatchman(ListenerGroup group, string address)
    {
        // An address that is none is the any address, which every listener of the port overlaps.
        _ = AddressRange.TryAddress(address, out var number);
        (own, this.address, port) = ([.. group.Cookies], TcpSegment.Mapped(number), group.Port);
    }

    /// <summary>One number for the sockets that listen on the first port; null when there is none, or when <paramref name="isShared"/>.</summary>
    /// <param name="isShared">True when one of them is not the server's own, or when it cannot be known.</param>
    public ulong? Token(out bool isShared)
    {
        isShared = true;
        try
        {
            var all = listeners.Overlapping(address, port);
            isShared = !all.All(one => own.Contains(one.Cookie));
            return all.IsEmpty || isShared ? null : ConsentToken.OfListeners(all.Select(one => one.Cookie));
        }
        catch (KernelException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => listeners.Dispose();
}
