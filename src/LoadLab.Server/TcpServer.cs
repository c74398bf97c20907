using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>
/// A TCP server: its listeners, its accept threads and what becomes of its connections. Both mouths, a role of a run and <c>loadlab serve</c>, drive
/// one of these.
/// </summary>
/// <remarks>
/// Concurrency: <see cref="Start"/>, <see cref="StopAccepting"/> and <see cref="Dispose"/> by its owner, in this order; the figures by any thread.
/// The threads are those of <see cref="AcceptLoop"/> and <see cref="ConnectionLoop"/>.
/// </remarks>
internal sealed class TcpServer : IDisposable
{
    private const int KeptBack = 8;
    private readonly ConnectionSink sink;

    private TcpServer(ServerSpec spec, ListenerGroup listeners, RunClock clock, bool startsWithFirst)
    {
        FdTable.Widen();
        (Spec, Listeners) = (spec, listeners);
        Failures = new FailureCounts(clock);
        sink = new ConnectionSink(spec, Failures);
        Accepting = new AcceptLoop(spec, listeners, Reserve, sink, Failures, startsWithFirst);
        sink.WhenClosed(Accepting.DescriptorCameBack);
    }

    /// <summary>As declared.</summary>
    public ServerSpec Spec { get; }

    /// <summary>Its listening sockets.</summary>
    public ListenerGroup Listeners { get; }

    /// <summary>Its accept threads.</summary>
    public AcceptLoop Accepting { get; }

    /// <summary>Its system calls that failed.</summary>
    public FailureCounts Failures { get; }

    /// <summary>What accept() may not use up.</summary>
    public DescriptorReserve Reserve { get; } = new(KeptBack);

    /// <summary>Listens, and does not accept yet; null and a sentence when the kernel would not.</summary>
    /// <param name="spec">As declared.</param>
    /// <param name="clock">The clock of its observations.</param>
    /// <param name="startsWithFirst">
    /// Whether the first connection starts the clock of the accept policy, as on its own; in a run it is <see cref="BeginCommand"/>.
    /// </param>
    /// <param name="refusal">The sentence.</param>
    public static TcpServer? TryOpen(ServerSpec spec, RunClock clock, bool startsWithFirst, out string? refusal) =>
        ListenerGroup.TryOpen(spec, out refusal) is { } listeners ? new TcpServer(spec, listeners, clock, startsWithFirst) : null;

    /// <summary>Starts the threads.</summary>
    public void Start()
    {
        // A limit that is set later leaves so many numbers free below it. What is held to be closed at the limit has to lie below it as well, or closing it
        // would free nothing (seen: shed with none free shed nothing).
        Reserve.Settle(Accepting.SettleSpares);
        sink.Start();
        Accepting.Start();
    }

    /// <summary>What it has done since its start.</summary>
    /// <param name="withRetransmits">Whether the open connections are asked what they have retransmitted: a system call each, and for a report alone.</param>
    public ServerTally Tally(bool withRetransmits)
    {
        // Before the accepts: so that no connection is among the open ones and not among the accepted ones.
        var open = sink.Open;
        var accepted = Accepting.Accepted();
        return new ServerTally(
            accepted.Sum(),
            ImmutableArray.Create(accepted),
            open,
            sink.EndOfStream,
            sink.Errors(),
            sink.BytesRead,
            withRetransmits ? sink.Retransmits() : null,
            Listeners.LiveDeferAccept,
            Accepting.Shed,
            Failures.Count("accept4"));
    }

    /// <summary>Ends the accept threads; listeners and connections stay as they are.</summary>
    public void StopAccepting() => Accepting.Stop();

    /// <summary>Closes what is open, after the accept threads have left. From here on there are descriptors again for whatever ends the process.</summary>
    public void CloseConnections() => sink.Dispose();

    /// <summary>Closes everything: what is queued is reset by the kernel, what is open ends with a FIN (or RST where something was never read).</summary>
    public void Dispose()
    {
        Accepting.Stop();
        sink.Dispose();
        Accepting.Dispose();
        Listeners.Dispose();
        Reserve.Dispose();
    }
}
