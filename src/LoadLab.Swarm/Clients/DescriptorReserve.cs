using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Descriptors of a worker kept back from its clients, so that a swarm at its fd limit still has a runtime that works.</summary>
/// <remarks>
/// Held while there is room. When socket(2) says EMFILE or ENFILE they are lent to the runtime, and each later attempt takes them back for its duration: so the
/// kernel's answer is to a full table, as if they had never been lent. Without this a thread that the runtime starts then aborts the process.
/// Concurrency: any swarm thread; below the limit without a lock, at the limit one attempt at a time.
/// </remarks>
internal sealed class DescriptorReserve : IDisposable
{
    private const int Size = 4;
    private readonly Lock gate = new();
    private readonly SpareDescriptors spare = new(Size);
    private volatile bool isLent;

    /// <summary>Takes them.</summary>
    public DescriptorReserve() => spare.Take();

    /// <summary>A socket of a thread's own source, with the reserve taken; null and the errno when the kernel gave none.</summary>
    public Socket? Create(SocketSource source, out Errno errno)
    {
        if (isLent)
        {
            return CreateAtTheLimit(source, out errno);
        }

        var socket = source.Create(out errno);
        if (IsLimit(errno))
        {
            Lend();
        }

        return socket;
    }

    /// <summary>A non-blocking descriptor without an object, with the reserve taken; the errno when the kernel gave none.</summary>
    public SyscallResult CreateBare()
    {
        if (isLent)
        {
            return CreateBareAtTheLimit();
        }

        var made = SocketCalls.CreateTcp(nonBlocking: true);
        if (IsLimit(made.Errno))
        {
            Lend();
        }

        return made;
    }

    /// <inheritdoc/>
    public void Dispose() => spare.Dispose();

    private static bool IsLimit(Errno errno) => errno == Errno.EMFILE || errno == Errno.ENFILE;

    private Socket? CreateAtTheLimit(SocketSource source, out Errno errno)
    {
        lock (gate)
        {
            spare.Take();
            var socket = source.Create(out errno);
            isLent = IsLimit(errno);
            if (isLent)
            {
                spare.Release();
            }

            return socket;
        }
    }

    private SyscallResult CreateBareAtTheLimit()
    {
        lock (gate)
        {
            spare.Take();
            var made = SocketCalls.CreateTcp(nonBlocking: true);
            isLent = IsLimit(made.Errno);
            if (isLent)
            {
                spare.Release();
            }

            return made;
        }
    }

    private void Lend()
    {
        lock (gate)
        {
            isLent = true;
            spare.Release();
        }
    }
}
