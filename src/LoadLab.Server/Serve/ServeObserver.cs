using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>What a server on its own sees, as the observations that a run records, for an exporter.</summary>
/// <remarks>
/// Concurrency: one caller at a time, and another for <see cref="Gathered"/>. Its descriptor is opened at the start: at the fd limit it goes on.
/// </remarks>
/// <param name="observe">Is given the server's settings before it accepts, and answers who gets what is seen; null, or an answer of null: nobody.</param>
/// <param name="clock">The clock of the observations.</param>
internal sealed class ServeObserver(Func<ServerSpec, Action<Observation>?>? observe, RunClock clock) : IDisposable
{
    private Action<Observation>? write;
    private OwnDescriptors? descriptors;
    private ImmutableArray<ListenerView> lastSweep = [];

    /// <summary>It listens, and does not accept yet.</summary>
    public void Opened(TcpServer server)
    {
        write = observe?.Invoke(server.Spec with { Port = server.Listeners.Port });
        descriptors = write is null ? null : new OwnDescriptors();
    }

    /// <summary>It accepts.</summary>
    public void Ready(TcpServer server)
    {
        write?.Invoke(new RoleReady(Role.Server, 0, Environment.ProcessId, server.Listeners.Port, server.Spec.Backlog) { T = clock.Now });
        Tell(server);
    }

    /// <summary>A swarm says that it is ready.</summary>
    public void Gathered(string replica, string address) => write?.Invoke(new ReplicaReady(replica, address) { T = clock.Now });

    /// <summary>The listeners, a hundred times a second; told when they have changed.</summary>
    public void Saw(ImmutableArray<ListenerView> sweep)
    {
        if (write is not null && !sweep.AsSpan().SequenceEqual(lastSweep.AsSpan()))
        {
            lastSweep = sweep;
            write(new ListenersSeen(ListenerWitness.TcpInfo, sweep) { T = clock.Now });
        }
    }

    /// <summary>System calls that failed since the last time.</summary>
    public void Failed(FailureCount failure) =>
        write?.Invoke(new SyscallFailed(Role.Server, 0, failure.Syscall, failure.Errno, failure.Count, failure.First, failure.Last) { T = clock.Now });

    /// <summary>What the server has done, and its descriptors: once a second.</summary>
    public void Tell(TcpServer server)
    {
        if (write is not null)
        {
            var limit = ResourceLimits.Nofile(0) ?? new SoftAndHard(0, 0);
            write(server.Tally(withRetransmits: false) with { T = clock.Now });
            write(new DescriptorsSeen(Role.Server, 0, server.Reserve.Count(descriptors!), limit.Soft, limit.Hard) { T = clock.Now });
        }
    }

    /// <summary>It is about to end: who samples beside it looks for the last time.</summary>
    public void Ending(TcpServer server)
    {
        Tell(server);
        write?.Invoke(new RoleEnded(Role.Server, 0, 0, Expected: true, "") { T = clock.Now });
    }

    /// <summary>It accepts no more, no new connection comes, and everything is still open.</summary>
    public void Ended(TcpServer server) => Tell(server);

    /// <inheritdoc/>
    public void Dispose() => descriptors?.Dispose();
}
