using System.Net.Sockets;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>Descriptors kept back from accept(), so that a server at its fd limit still has a runtime that works.</summary>
/// <remarks>
/// Held while there is room. When accept4(2) says EMFILE or ENFILE they are lent to the runtime, and each later attempt takes them back for its duration: so the kernel's answer
/// is to a full table, as if they had never been lent, and connections cannot use them up. Without this a thread that the runtime starts then (the thread pool, the handler
/// of SIGTERM) aborts the process.
/// Concurrency: any thread; attempts at the limit are made one at a time.
/// </remarks>
internal sealed class DescriptorReserve : IDisposable
{
    private const int Size = 8;
    private readonly Lock gate = new();
    private readonly SpareDescriptors spare = new(Size);
    private volatile bool isLent;

    /// <summary>Takes them.</summary>
    public DescriptorReserve() => spare.Take();

    /// <summary>accept4(2), with the reserve taken.</summary>
    public SyscallResult Accept(SafeSocketHandle listener)
    {
        if (!isLent)
        {
            var answer = SocketCalls.Accept(listener, nonBlocking: false);
            if (!IsLimit(answer.Errno))
            {
                return answer;
            }

            lock (gate)
            {
                isLent = true;
                spare.Release();
                return answer;
            }
        }

        return AcceptAtTheLimit(listener);
    }

    /// <summary>How many descriptors are open, the reserve counted as taken: what accept() finds.</summary>
    public long Count(OwnDescriptors descriptors) => Taken(descriptors.Count, stillLent: _ => isLent);

    /// <inheritdoc/>
    public void Dispose() => spare.Dispose();

    private static bool IsLimit(Errno errno) => errno == Errno.EMFILE || errno == Errno.ENFILE;

    // Apart from the hot path, which must not allocate the closure.
    private SyscallResult AcceptAtTheLimit(SafeSocketHandle listener) =>
        Taken(() => SocketCalls.Accept(listener, nonBlocking: false), stillLent: answer => IsLimit(answer.Errno));

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
