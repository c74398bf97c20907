using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>How many connects of a burst are under way at once: several threads or workers, each on a processor of its own.</summary>
/// <remarks>
/// Their SYNs pass the listener's tests together, so a queue's last place may be promised to as many of them as there are processors; all but one find it taken
/// with their final ACK.
/// Measured on 6.18: 200 clients of 4 workers, backlog 4, two processors: 5 established in 11 of 15 runs, and 6 in 4. Kernel: net/ipv4/tcp_input.c
/// tcp_conn_request.
/// </remarks>
/// <param name="workers">Processes of the swarm.</param>
/// <param name="processors">Processors that the run may use.</param>
/// <param name="timing">See <see cref="Timing.RaceBegins"/> and <see cref="Timing.LateSoftirq"/>.</param>
internal sealed class ConnectRace(int workers, int processors, Timing timing)
{
    /// <summary>Processes of the swarm.</summary>
    public int Workers => Math.Max(1, workers);

    /// <summary>True where connects that are under way at once are on processors of their own.</summary>
    public bool IsOfProcessors => processors > 1;

    /// <summary>How many connects, from this one on, are looked at together.</summary>
    public long AtOnce(LoadState load, long index, long count)
    {
        if (processors == 1)
        {
            return load.IsSeen && timing.LateSoftirq is { } late && index >= late.Alone
                ? Math.Min(Math.Min(late.Together, load.Overlapping(index)), count - index) : 1;
        }

        var most = Math.Min(processors, Workers * load.Swarm.Threads);
        if (timing.RaceBegins is not { } alone || most < 2)
        {
            return 1;
        }

        if (load.Swarm.Shape != LoadShape.Burst)
        {
            // In shape churn the workers of several threads connect when they are free. It is known of a run whose calls overlapped.
            return index % most == alone % most ? Math.Min(most, load.Overlapping(index)) : 1;
        }

        // One draw has the queue's last place at the beginning of a group, the other one does not.
        var first = alone == 0 ? 0 : load.Group.Listeners[0].LiveBacklog % most;
        return index < first ? 1 : Math.Min(most, count - index);
    }
}
