using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Testing;

/// <summary>Calls accept4(2) for each connection that comes, as a server does, in a process whose descriptor table is full: EMFILE.</summary>
/// <remarks>
/// accept4(2) takes its descriptor before it looks at the queue (net/socket.c do_accept), so the connection stays queued. It is asked again every 10 ms,
/// as many servers do. Concurrency: <see cref="Turn"/> on the endpoint's thread, the rest on another, one after the other.
/// </remarks>
/// <param name="most">So many descriptors are opened at most; 0 for a rehearsal.</param>
internal sealed class AtDescriptorLimit(int most) : IAcceptRule, IDisposable
{
    /// <summary>RLIMIT_NOFILE of the process, in descriptors; the runtime has some 50 open.</summary>
    public const int Limit = 512;

    private readonly SpareDescriptors spare = new(most);

    /// <summary>Lowers the limit of this process.</summary>
    /// <exception cref="EndpointException">It cannot be lowered.</exception>
    public static void Lower()
    {
        var lowered = ResourceLimits.Nofile(0) is { } limits ? ResourceLimits.SetNofile(0, limits with { Soft = Math.Min(Limit, limits.Hard) }) : default;
        if (!lowered.IsOk)
        {
            throw new EndpointException($"RLIMIT_NOFILE of the endpoint's process could not be lowered to {Limit}: prlimit(2) failed with {lowered.Errno}.");
        }
    }

    /// <summary>Opens descriptors until the kernel gives no more.</summary>
    public void Fill() => spare.Take();

    /// <summary>Closes them.</summary>
    public void Free() => spare.Release();

    /// <inheritdoc/>
    public void Dispose() => spare.Dispose();

    /// <inheritdoc/>
    public long Turn(EndpointThread thread, long nowNs)
    {
        if (!thread.IsListenerReady)
        {
            thread.WatchListener(true);
            return long.MaxValue;
        }

        if (thread.TryAccept().IsNone)
        {
            return nowNs;
        }

        thread.WatchListener(false);
        return nowNs + AcceptsAtOnce.PauseNs;
    }
}
