using System.Runtime.InteropServices;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>
/// Says which segments are retransmissions, by sequence numbers alone: each carries sequence space that its sender had already sent on this flow.
/// </summary>
/// <remarks>
/// Pure: time and segments in, retransmissions out; not thread-safe. Bounded: a flow that was reset or closed by both ends is forgotten, a handshake or an
/// ending that nobody
/// answers is forgotten when no timer of the kernel can still be running for it, and beyond a million flows new ones are not followed but counted (<see
/// cref="Unfollowed"/>).
/// Segments without sequence space (ACKs, resets, keepalive and zero-window probes, which Linux sends with one old sequence number and no data:
/// tcp_xmit_probe_skb) are never retransmissions,
/// nor does Tcp.RetransSegs count them. A SYN with another initial sequence number is another connection, also on the same 4-tuple.
/// </remarks>
internal sealed class RetransmitTracker(PortRange serverPorts)
{
    private const int MostFlows = 1_000_000;
    private const int MostSpare = 16_384;

    // The longest retransmission timer is 120 s (TCP_RTO_MAX), and the timer wheel adds up to an eighth of it.
    private static readonly Nanoseconds LongestTimer = Nanoseconds.FromSeconds(140);
    private static readonly Nanoseconds SearchEvery = Nanoseconds.FromSeconds(10);

    // Segments of an ended flow may still be under way on another processor.
    private static readonly Nanoseconds Linger = Nanoseconds.FromMilliseconds(500);
    private readonly Dictionary<FlowKey, Flow> flows = [];
    private readonly Queue<(FlowKey Key, Flow Flow, Nanoseconds Ended)> ended = [];
    private readonly Stack<Flow> spare = [];
    private Nanoseconds searched;

    /// <summary>How many flows are followed now.</summary>
    public int Flows => flows.Count;

    /// <summary>Flows that were not followed, since there were too many.</summary>
    public long Unfollowed { get; private set; }

    /// <summary>Resets of connections of which both FINs had been acknowledged.</summary>
    /// <remarks>
    /// Seen on 6.18 with two busy processors: the server's socket sends one more ACK behind its own FIN, the client's TIME-WAIT answers it, and that
    /// answer finds no socket any more. The reset removes the TIME-WAIT unless net.ipv4.tcp_rfc1337 is 1 (RFC 1337; net/ipv4/tcp_minisocks.c
    /// tcp_timewait_state_process).
    /// </remarks>
    public long ResetsAfterClose { get; private set; }

    /// <summary>Takes the next segment, in the order of the tap.</summary>
    public Retransmission? See(Nanoseconds at, in TcpSegment segment)
    {
        var fromServer = serverPorts.IsServer(segment.Source, segment.SourcePort, segment.DestinationPort);
        var key = FlowKey.Of(segment, fromServer);
        if (Follow(key, segment) is not { } flow)
        {
            return null;
        }

        flow.Last = at;
        ref var sender = ref fromServer ? ref flow.Server : ref flow.Client;
        ref var receiver = ref fromServer ? ref flow.Client : ref flow.Server;
        if (segment.IsRst)
        {
            ResetsAfterClose += flow.Client.HasEnded && flow.Server.HasEnded ? 1 : 0;
            Reset(key, flow, segment, ref sender, ref receiver);
            return null;
        }

        Retransmission? again = null;
        if (segment.IsSyn)
        {
            again = sender.SendSyn(segment, at.Value, out var isNew);
            flow.Ended = null;
            if (isNew && !segment.IsAck)
            {
                receiver.Clear();
            }
        }
        else if (segment.SequenceLength > 0 && sender.IsKnown)
        {
            again = sender.Send(segment, at.Value);
            flow.Ended = null;
        }

        if (segment.IsAck)
        {
            receiver.Acknowledge(segment.Acknowledgement);
        }

        if (flow.Ended is null && flow.Client.HasEnded && flow.Server.HasEnded)
        {
            End(key, flow);
        }

        return again;
    }

    /// <summary>Forgets what can be forgotten at this moment.</summary>
    public void Forget(Nanoseconds now)
    {
        while (ended.TryPeek(out var oldest) && oldest.Ended + Linger < now)
        {
            _ = ended.Dequeue();
            if (oldest.Flow.Ended == oldest.Ended && flows.GetValueOrDefault(oldest.Key) == oldest.Flow)
            {
                Remove(oldest.Key, oldest.Flow);
            }
        }

        if (searched + SearchEvery > now)
        {
            return;
        }

        // A client that gives up its connect says nothing, so its flow has no end of its own.
        searched = now;
        foreach (var (key, flow) in flows)
        {
            if (flow.Last + LongestTimer < now && !(flow.Client.IsAcknowledged && flow.Server.IsAcknowledged))
            {
                Remove(key, flow);
            }
        }
    }

    private Flow? Follow(FlowKey key, in TcpSegment segment)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrNullRef(flows, key);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref place))
        {
            return place;
        }

        // Whatever is not the beginning of a flow is the rest of one that is forgotten.
        if (!segment.IsSyn || segment.IsRst)
        {
            return null;
        }

        if (flows.Count >= MostFlows)
        {
            Unfollowed++;
            return null;
        }

        var flow = spare.TryPop(out var used) ? used : new Flow();
        flows[key] = flow;
        return flow;
    }

    /// <summary>A reset that the receiver has to accept ends the flow now; another one may yet be ignored (RFC 5961, tcp_validate_incoming).</summary>
    private void Reset(FlowKey key, Flow flow, in TcpSegment segment, ref HalfFlow sender, ref HalfFlow receiver)
    {
        // A client whose SYN is not answered resets what comes late for an older connection of the same four numbers.
        if (sender.IsSynSent && segment.Sequence != sender.Next)
        {
            return;
        }

        var believed = sender.IsKnown
            ? segment.Sequence == sender.Next && sender.IsAcknowledged
            : segment.IsAck && segment.Acknowledgement == receiver.Next;
        if (believed)
        {
            Remove(key, flow);
        }
        else
        {
            End(key, flow);
        }
    }

    private void End(FlowKey key, Flow flow)
    {
        flow.Ended = flow.Last;
        ended.Enqueue((key, flow, flow.Last));
    }

    private void Remove(FlowKey key, Flow flow)
    {
        _ = flows.Remove(key);
        if (spare.Count < MostSpare)
        {
            flow.Clear();
            spare.Push(flow);
        }
    }

    private sealed class Flow
    {
        public HalfFlow Client;
        public HalfFlow Server;

        public Nanoseconds Last { get; set; }

        public Nanoseconds? Ended { get; set; }

        public void Clear()
        {
            Client.Clear();
            Server.Clear();
            Ended = null;
        }
    }
}
