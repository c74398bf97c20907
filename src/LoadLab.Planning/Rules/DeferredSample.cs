using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>A listener and its clients when one phase of a simulation ended. HalfOpen, Queue, LiveBacklog and DeferAccept are of that moment; the others count from the start.</summary>
internal sealed record DeferredSample
{
    /// <summary>Clients that were established, as they see it.</summary>
    public long Established { get; init; }

    /// <summary>Requests in SYN-RECV.</summary>
    public long HalfOpen { get; init; }

    /// <summary>Connections in the accept queue.</summary>
    public long Queue { get; init; }

    /// <summary>The live backlog.</summary>
    public int LiveBacklog { get; init; }

    /// <summary>TCP_DEFER_ACCEPT as getsockopt() tells it.</summary>
    public Nanoseconds DeferAccept { get; init; }

    /// <summary>accept() that gave a connection.</summary>
    public long Accepted { get; init; }

    /// <summary>Bare final ACKs that TCP_DEFER_ACCEPT had ignored: TCPDeferAcceptDrop.</summary>
    public long Deferred { get; init; }

    /// <summary>Final ACKs and data that met a full accept queue: ListenOverflows.</summary>
    public long Overflows { get; init; }

    /// <summary>Requests answered by a RST: EmbryonicRsts.</summary>
    public long Resets { get; init; }

    /// <summary>SYN-ACKs sent again.</summary>
    public long SynAcksAgain { get; init; }

    /// <summary>Clients whose send() took every byte.</summary>
    public long Senders { get; init; }

    /// <summary>Data sent again.</summary>
    public long DataRetransmits { get; init; }

    /// <summary>Bytes that the server could read.</summary>
    public long BytesRead { get; init; }

    /// <summary>The listener's sk_drops: a deferred ACK once; an overflow twice, by tcp_listendrop and by tcp_v4_rcv's discard_and_relse.</summary>
    public long ListenerDrops => Deferred + (2 * Overflows);
}

/// <summary>What a simulation saw: a sample for each phase, or why the rules do not tell.</summary>
internal sealed record DeferredResult(ImmutableArray<DeferredSample> Samples, string? Unknown);
