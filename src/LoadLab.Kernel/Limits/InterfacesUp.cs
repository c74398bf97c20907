using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using LoadLab.Kernel.Abi;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>The network interfaces of the caller's network namespace that are up (IFF_UP). A new namespace has none: all that it has are down.</summary>
public static unsafe class InterfacesUp
{
    /// <summary>Their names; null when the list of interfaces cannot be read.</summary>
    /// <remarks>Kernel: net/core/net-procfs.c dev_seq_show; net/core/dev_ioctl.c dev_ifsioc_locked.</remarks>
    public static ImmutableArray<string>? Names
    {
        get
        {
            try
            {
                return [.. File.ReadLines("/proc/thread-self/net/dev").Skip(2).Select(line => line.Split(':')[0].Trim()).Where(IsUp)];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    private static bool IsUp(string name)
    {
        using var socket = new OwnedDescriptor(Libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket for ioctl");
        var request = stackalloc byte[LoopbackInterface.RequestLength];
        LoopbackInterface.Name(request, Encoding.UTF8.GetBytes(name));

        // One that cannot be asked is gone since the list was read, or none of ours: unknown counts as up.
        return Libc.ioctl(socket.Fd, SIOCGIFFLAGS, request) < 0
            || (MemoryMarshal.Read<short>(new ReadOnlySpan<byte>(request + LoopbackInterface.NameLength, sizeof(short))) & IFF_UP) != 0;
    }
}
