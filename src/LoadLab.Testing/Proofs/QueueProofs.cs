using LoadLab.Kernel;
using static LoadLab.Testing.Proof;

namespace LoadLab.Testing;

/// <summary>Proofs of endpoints that differ in how they accept: by what the listener's own TCP_INFO says, and by connects of our own.</summary>
internal static class QueueProofs
{
    /// <summary>Fills the accept queue and proves that it is full and that the next SYN is dropped.</summary>
    /// <remarks>One after another, so that each final ACK finds room: no client of ours takes itself for connected without being in the queue.</remarks>
    public static void Fill(ListeningCore core)
    {
        var listener = core.Listener;
        var capacity = listener.View.LiveBacklog + 1;
        for (var queued = 1L; queued <= capacity; queued++)
        {
            core.Fillers.Add(new ProbeConnection(listener.At).Connected().Parked());
            Must(Comes(() => listener.View.Queue == queued), $"connection {queued} should be in the accept queue", listener.Description);
        }

        var before = listener.View.Drops;
        using var probe = new ProbeConnection(listener.At);
        Must(before is null || Comes(() => listener.View.Drops > before), "a SYN that finds the accept queue full should be dropped", listener.Description);
        Must(probe.State == "SYN-SENT", "a connect that finds it full should stay in SYN-SENT", () => $"it is in {probe.State}; {listener.Description()}");
        Must(listener.View.Queue == capacity, $"the accept queue should hold {capacity} connections", listener.Description);
    }

    /// <summary>Proves that a connection comes into the queue, that nobody accepts it, and that it can be accepted.</summary>
    public static void Queues(ListeningCore core)
    {
        var listener = core.Listener;
        using (new ProbeConnection(listener.At).Connected())
        {
            Must(Comes(() => listener.View.Queue == 1), "a connection should wait in the accept queue", listener.Description);
        }

        core.AcceptAndClose(1);
        Must(listener.View.Queue == 0, "accept4(2) should take the connection out of the queue", listener.Description);
    }

    /// <summary>Proves that a SYN is dropped with the gate shut, and none with it open. Leaves it open.</summary>
    public static void DropsSyns(ListeningCore core)
    {
        var listener = core.Listener;
        var before = listener.View.Drops
            ?? throw new EndpointException("This kernel does not count the packets that a listener drops (SO_MEMINFO): Linux 4.12 or later is needed.");
        listener.ShutGate();
        using (var probe = new ProbeConnection(listener.At))
        {
            Must(Comes(() => listener.View.Drops > before), "the gate should drop a SYN", listener.Description);
            Must(probe.State == "SYN-SENT", "a connect whose SYN was dropped should stay in SYN-SENT", () => $"it is in {probe.State}");
        }

        listener.OpenGate();
        Queues(core);
    }
}
