using System.Net.Sockets;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>Descriptors kept back from connections, so that a role at its fd limit still has a runtime that works.</summary>
/// <remarks>
/// Held while there is room. When the kernel says EMFILE or ENFILE they are lent to the runtime, and each later attempt takes them back for its
/// duration: so the kernel's answer
/// is to a full table, as if they had never been lent, and connections cannot use them up. Without this a thread that the runtime starts then (the
/// thread pool, the handler
/// of SIGTERM) aborts the process.
/// Concurrency: any thread; below the limit without a lock, at the limit one attempt at a time.
/// </remarks>
public sealed class DescriptorReserve : IDisposable
{
    private readonly Lock gate = new();
    private readonly SpareDescriptors spare;
    private volatile bool isLent;

    /// <summary>Takes so many.</summary>
    public DescriptorReserve(int size)
    {
        spare = new SpareDescriptors(size);
        spare.Take();
    }

    /// <summary>Gives all back and takes them again, so that they have the lowest numbers that are free by now; before the first of them is lent.</summary>
    /// <param name="first">Takes others in between, which then have lower ones.</param>
    public void Settle(Action first)
    {
        ArgumentNullException.ThrowIfNull(first);
        lock (gate)
        {
            spare.Release();
            first();
            spare.Take();
        }
    }

    /// <summary>accept4(2), with the reserve taken.</summary>
    public SyscallResult Accept(SafeSocketHandle listener)
    {
        if (isLent)
        {
            return AcceptAtTheLimit(listener);
        }

        var answer = SocketCalls.Accept(listener, nonBlocking: false);
        LendAt(answer.Errno);
        return answer;
    }

    /// <summary>
    /// accept4(2) with one more descriptor than the limit leaves, and close(2): the peer learns that nobody will serve it. The value is 1 when a
    /// connection was there.
    /// </summary>
    /// <param name="listener">A connection should be queued on it: otherwise this waits as accept4(2) does.</param>
    /// <param name="one">The descriptor that is given up for the moment, and taken back.</param>
    public SyscallResult Shed(SafeSocketHandle listener, SpareDescriptors one)
    {
        ArgumentNullException.ThrowIfNull(one);
        return Taken(
            () =>
            {
                one.Release();
                var answer = SocketCalls.Accept(listener, nonBlocking: false);
                if (answer.IsOk)
                {
                    _ = SocketCalls.Close((int)answer.Value);
                }

                one.Take();
                return answer.IsOk ? new SyscallResult(1, Errno.None) : answer;
            },
            stillLent: _ => true);
    }

    /// <summary>A socket of a thread's own source, with the reserve taken; null and the errno when the kernel gave none.</summary>
    public Socket? Create(SocketSource source, out Errno errno)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (isLent)
        {
            return CreateAtTheLimit(source, out errno);
        }

        var socket = source.Create(out errno);
        LendAt(errno);
        if (socket is null || !isLent)
        {
            return socket;
        }

        // Another thread met the limit meanwhile, so this may be a descriptor that it lent. It is closed under the lock, or a third could take it.
        lock (gate)
        {
            socket.Dispose();
            return CreateAtTheLimit(source, out errno);
        }
    }

    /// <summary>A non-blocking descriptor without an object, with the reserve taken; the errno when the kernel gave none.</summary>
    public SyscallResult CreateBare()
    {
        if (isLent)
        {
            return CreateBareAtTheLimit();
        }

        var made = SocketCalls.CreateTcp(nonBlocking: true);
        LendAt(made.Errno);
        if (!made.IsOk || !isLent)
        {
            return made;
        }

        // As above.
        lock (gate)
        {
            _ = SocketCalls.Close((int)made.Value);
            return CreateBareAtTheLimit();
        }
    }

    /// <summary>How many descriptors are open, the reserve counted as taken: what a connection finds.</summary>
    public long Count(OwnDescriptors descriptors)
    {
        ArgumentNullException.ThrowIfNull(descriptors);
        return Taken(descriptors.Count, stillLent: _ => isLent);
    }

    /// <inheritdoc/>
    public void Dispose() => spare.Dispose();

    private static bool IsLimit(Errno errno) => errno == Errno.EMFILE || errno == Errno.ENFILE;

    private void LendAt(Errno errno)
    {
        if (IsLimit(errno))
        {
            lock (gate)
            {
                isLent = true;
                spare.Release();
            }
        }
    }

    // All apart from the hot paths, which must not allocate the closure.
    private SyscallResult AcceptAtTheLimit(SafeSocketHandle listener) =>
        Taken(() => SocketCalls.Accept(listener, nonBlocking: false), stillLent: answer => IsLimit(answer.Errno));

    private SyscallResult CreateBareAtTheLimit() => Taken(() => SocketCalls.CreateTcp(nonBlocking: true), stillLent: answer => IsLimit(answer.Errno));

    private Socket? CreateAtTheLimit(SocketSource source, out Errno errno)
    {
        (var socket, errno) = Taken(() => (source.Create(out var said), said), stillLent: answer => IsLimit(answer.said));
        return socket;
    }

    private T Taken<T>(Func<T> attempt, Func<T, bool> stillLent)
    {
        lock (gate)
        {
            spare.Take();
            var answer = attempt();
            isLent = stillLent(answer);
            if (isLent)
            {
                spare.Release();
            }

            return answer;
        }
    }
}
