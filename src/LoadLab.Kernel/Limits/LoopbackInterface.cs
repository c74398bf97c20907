using System.Runtime.InteropServices;
using LoadLab.Kernel.Abi;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary><c>lo</c> of the caller's network namespace, which a new namespace has down.</summary>
public static unsafe class LoopbackInterface
{
    // struct ifreq: 16 bytes of name, then a union whose first short are the flags, and whose first int is the index.
    internal const int NameLength = 16;
    internal const int RequestLength = 40;

    /// <summary>Its index, by which packet sockets and routes name it.</summary>
    /// <exception cref="KernelException">There is no lo.</exception>
    public static int Index
    {
        get
        {
            using var socket = new OwnedDescriptor(Libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket for ioctl");
            var request = stackalloc byte[RequestLength];
            Name(request, "lo"u8);
            return Libc.ioctl(socket.Fd, SIOCGIFINDEX, request) < 0
                ? throw new KernelException("SIOCGIFINDEX on lo", Libc.LastErrno)
                : MemoryMarshal.Read<int>(new ReadOnlySpan<byte>(request + NameLength, sizeof(int)));
        }
    }

    /// <summary>Sets IFF_UP, as <c>ip link set lo up</c> does; the kernel then gives it 127.0.0.1/8 itself. Source: netdevice(7).</summary>
    /// <exception cref="KernelException">The kernel refused (EPERM without CAP_NET_ADMIN in this namespace).</exception>
    public static void BringUp()
    {
        using var socket = new OwnedDescriptor(Libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket for ioctl");
        var request = stackalloc byte[RequestLength];
        Name(request, "lo"u8);
        if (Libc.ioctl(socket.Fd, SIOCGIFFLAGS, request) < 0)
        {
            throw new KernelException("SIOCGIFFLAGS on lo", Libc.LastErrno);
        }

        ref var flags = ref MemoryMarshal.AsRef<short>(new Span<byte>(request + NameLength, 2));
        flags |= IFF_UP;
        if (Libc.ioctl(socket.Fd, SIOCSIFFLAGS, request) < 0)
        {
            throw new KernelException("bringing lo up (SIOCSIFFLAGS)", Libc.LastErrno);
        }
    }

    internal static void Name(byte* request, ReadOnlySpan<byte> name)
    {
        new Span<byte>(request, RequestLength).Clear();
        name[..Math.Min(name.Length, NameLength - 1)].CopyTo(new Span<byte>(request, NameLength));
    }
}
