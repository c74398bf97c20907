using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Testing;

/// <summary>Drops the first SYN of so many connects, lets those in when their SYNs are retransmitted, and then everybody.</summary>
/// <remarks>
/// Everything runs on the endpoint's thread but <see cref="Dropped"/>. The gate is shut (<see cref="SynGate"/>) until connects have lost a SYN: they are
/// seen by sock_diag, in SYN-SENT towards this port. Before their SYNs come again, one second after the first, the gate opens, and the accept queue has
/// room for as many and no more: it is full again by itself when they are in, and the next connect loses its SYN to that until the gate is shut again.
/// A connection of our own stays at the head of the queue, since a backlog of 0 admits nobody on some kernels (<c>inet_csk_reqsk_queue_is_full</c>).
/// </remarks>
internal sealed class DropsFirstConnects : IAcceptRule, IDisposable
{
    private const long LookEveryNs = 500_000;

    // The first retransmission is due after TCP_TIMEOUT_INIT, one second, and never early.
    private const long OpensAfterNs = 800_000_000;
    private const long ClosesAfterNs = 2_500_000_000;
    private const uint SynSent = 1u << 2;
    private readonly ListeningSocket listener;
    private readonly int connects;
    private readonly int backlog;
    private readonly SockDiag diag = new();
    private readonly AcceptsAtOnce accepting = new();
    private readonly HashSet<ulong> known = [];
    private ProbeConnection head;
    private int waiting;
    private long firstDropNs;
    private long lastDropNs;
    private long seen;
    private long dropped;
    private bool isOpen;
    private bool isOver;

    /// <summary>Shuts the gate.</summary>
    /// <param name="listener">Its queue is empty and its gate open.</param>
    /// <param name="connects">At least one.</param>
    /// <param name="backlog">The listener's, when it is over.</param>
    public DropsFirstConnects(ListeningSocket listener, int connects, int backlog)
    {
        (this.listener, this.connects, this.backlog) = (listener, connects, backlog);
        head = NewHead();
        listener.ShutGate();
    }

    /// <summary>Connects whose first SYN was dropped.</summary>
    public long Dropped => Volatile.Read(ref dropped);

    /// <inheritdoc/>
    public long Turn(EndpointThread thread, long nowNs)
    {
        if (isOver)
        {
            return accepting.Turn(thread, nowNs);
        }

        thread.WatchListener(false);
        return isOpen ? WhileOpen(thread, nowNs) : WhileShut(thread, nowNs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        head.Dispose();
        diag.Dispose();
    }

    private long WhileShut(EndpointThread thread, long nowNs)
    {
        if (listener.View.Drops is { } drops && drops != seen)
        {
            seen = drops;
            Look(nowNs);
        }

        if (known.Count >= connects)
        {
            isOver = true;
            listener.OpenGate();
            thread.AcceptAndClose(1);
            return accepting.Turn(thread, nowNs);
        }

        if (waiting > 0 && nowNs >= firstDropNs + OpensAfterNs)
        {
            isOpen = true;
            listener.Resize(waiting);
            listener.OpenGate();
        }

        return nowNs + LookEveryNs;
    }

    private long WhileOpen(EndpointThread thread, long nowNs)
    {
        if (listener.View.Queue <= waiting && nowNs < lastDropNs + ClosesAfterNs)
        {
            return nowNs + LookEveryNs;
        }

        // In this order: whoever connects from now on is dropped by the queue, which is full, or by the gate.
        listener.ShutGate();
        thread.AcceptAndClose(1);
        head.Dispose();
        while (thread.TryAccept().IsNone)
        {
            // All that came in are served.
        }

        listener.Resize(backlog);
        head = NewHead();
        (isOpen, waiting) = (false, 0);
        return nowNs;
    }

    private void Look(long nowNs)
    {
        var lost = diag.Connections(SynSent).Count(one => one.Remote.Equals(listener.EndPoint) && known.Add(one.Socket.Cookie));
        if (lost > 0)
        {
            firstDropNs = waiting == 0 ? nowNs : firstDropNs;
            lastDropNs = nowNs;
            waiting += lost;
            Volatile.Write(ref dropped, known.Count);
        }
    }

    private ProbeConnection NewHead() => new ProbeConnection(listener.At, passesGate: true).Connected().Parked();
}
