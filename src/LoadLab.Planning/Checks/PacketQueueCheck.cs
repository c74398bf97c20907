using LoadLab.Model;
using LoadLab.Planning.Predictions;

namespace LoadLab.Planning.Checks;

/// <summary>Clients that retransmit their SYN in one tick of the timer send more packets at once than the machine's queue of received packets may
/// hold.</summary>
/// <remarks>
/// A connect() on loopback is received before it returns. A timer's interrupt instead sends the SYNs of all clients of its slot before any of them is received.
/// What the queue does not hold is dropped before TCP gets it. Kernel: net/core/dev.c enqueue_to_backlog; kernel/time/timer.c __run_timers; seen on 6.18.
/// </remarks>
internal static class PacketQueueCheck
{
    /// <summary>Notes it where the clients that wait are more than the queue takes.</summary>
    public static void Run(PlanCheck check, PredictionList predictions)
    {
        if (check.Host.NetdevMaxBacklog is not { } room)
        {
            return;
        }

        var waiting = predictions.Made.Where(prediction => prediction.Quantity.Quantity == PhaseQuantities.Waiting).Select(prediction => prediction.Range.High)
            .DefaultIfEmpty().Max();
        if (waiting > room)
        {
            check.Note(
                $"up to {waiting:0} clients retransmit at the same time, and this machine queues {room} packets before TCP gets them "
                + $"(net.core.netdev_max_backlog); "
                + "packets beyond those are dropped, and no counter of the namespace shows it: raise it on the machine, or use fewer connections");
        }
    }
}
