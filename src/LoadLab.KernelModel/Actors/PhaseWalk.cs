using System.Collections.Immutable;
using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>Walks a scenario's phases: each acts, holds, and is looked at as it ends.</summary>
internal sealed class PhaseWalk(SocketLayer layer, ModelInput input, Timing timing)
{
    private readonly Timeline timeline = layer.Timeline;
    private readonly ImmutableArray<Phase> phases = input.Scenario.Phases;
    private readonly PhaseAct act = new(layer, input.Scenario.Server.DeferAccept);

    /// <summary>Does it.</summary>
    public ModelRun Walk()
    {
        var snapshots = ImmutableArray.CreateBuilder<Snapshot>(phases.Length);
        var traces = ImmutableArray.CreateBuilder<PhaseTrace>(phases.Length);
        foreach (var phase in phases)
        {
            var start = timeline.Now;
            var seen = traces.Count < input.Phases.Length ? input.Phases[traces.Count] : null;
            if (seen is not null)
            {
                layer.Replayed?.Begins(seen);
            }

            var trace = new PhaseTrace(start);
            timeline.GoesOn = moment => trace.Until(moment, Figures());
            traces.Add(trace);
            var acted = phase.Action.Visit(act);
            // Of a phase that was seen it is known when the last witness had been asked; the first may have been as soon as it was to end.
            var end = start + seen?.Lasted ?? acted + phase.Hold + timing.PhaseSlack;
            var looksEarly = seen is not null && timing.PhaseSlack == Nanoseconds.Zero && acted + phase.Hold < end;
            timeline.RunUntil(looksEarly ? acted + phase.Hold : end);
            layer.Peer.Drain();
            snapshots.Add(Look(phase.Name, start));
            timeline.RunUntil(end);
            layer.Peer.Drain();
            trace.End(Figures());
        }

        ImmutableArray<Nanoseconds> latencies = [.. layer.Swarm.Latencies.Order().Select(value => new Nanoseconds(value))];
        var longest = layer.Groups.Max(group => group.Listeners.Max(listener => listener.LongestMet));
        return new ModelRun(snapshots.ToImmutable(), layer.Server.FirstOverflow - act.Begun, layer.Server.FirstExpiry - act.Begun, longest, latencies)
        {
            Slack = timing.PhaseSlack, RoomAtFirstDrop = layer.Server.RoomAtFirstDrop, Traces = traces.ToImmutable(),
        };
    }

    private TraceRange Figures()
    {
        var (least, most, halfOpen) = (long.MaxValue, 0L, 0L);
        foreach (var group in layer.Groups)
        {
            foreach (var listener in group.Listeners)
            {
                (least, most, halfOpen) = (Math.Min(least, listener.Queued), Math.Max(most, listener.Queued), halfOpen + listener.HalfOpen);
            }
        }

        var swarm = layer.Swarm;
        var figures = new TraceFigures(most, halfOpen, swarm.Attempted, swarm.Established, swarm.Failed, layer.Program.Open, swarm.Sockets);
        return new TraceRange(figures with { Queued = least }, figures);
    }

    private Snapshot Look(string phase, Nanoseconds start)
    {
        ImmutableArray<Listener> listeners = [.. layer.Groups.SelectMany(group => group.Listeners)];
        var (figures, swarm, accepts, waiting) = (layer.Figures, layer.Swarm, layer.Accepts, layer.Ports.Waiting);
        return new Snapshot
        {
            Phase = phase,
            At = timeline.Now,
            LiveBacklog = listeners[0].LiveBacklog,
            DeferAccept = Rules.DeferAccept.Live(act.DeferAcceptAsked),
            Queues = [.. listeners.Select(listener => listener.Queued)],
            QueuePeak = PeakOf(listeners),
            ClientStates = EndStates.OfClients(layer.Clients.Flows, waiting),
            ServerStates = EndStates.OfServer(layer.Clients.Flows.Concat(layer.Peer.Flows), waiting),
            Buckets = waiting.All,
            Attempted = swarm.Attempted,
            ActiveOpens = layer.Clients.Flows.Count,
            PassiveOpens = figures.Established,
            ServerOpen = layer.Program.Open,
            HalfOpen = listeners.Sum(listener => listener.HalfOpen),
            Established = swarm.Established,
            Waiting = swarm.Waiting,
            GaveUp = swarm.GaveUp,
            Refused = swarm.Refused,
            WithoutPort = swarm.WithoutPort.All,
            PortInUse = swarm.WithoutPort.InUse,
            Open = swarm.Open,
            SynRetransmits = layer.Clients.SynRetransmits,
            DataRetransmits = layer.Clients.DataRetransmits,
            FinRetransmits = layer.Clients.FinRetransmits,
            RetransmitsOfOpen = layer.Clients.RetransmitsOfOpen,
            ClientFins = layer.Clients.Fins,
            ResetSenders = layer.Clients.ResetSenders,
            Senders = swarm.Senders,
            Accepted = accepts.Accepted,
            Shed = accepts.Shed,
            FailedAccepts = accepts.CountsFailures ? accepts.Failed : null,
            Emptied = accepts.Emptied - start,
            BytesRead = layer.Program.BytesRead,
            EndOfStream = layer.Program.EndOfStream,
            ServerResets = layer.Program.Resets,
            KeepaliveProbes = layer.Keepalives.Probes,
            KeepaliveGivenUp = layer.Keepalives.GivenUp,
            TimeWait = waiting.OfClients + waiting.OfServers,
            TimeWaitOverflows = waiting.Overflows,
            CrossedResets = layer.Closing.Crossed,
            FullDrops = figures.FullDrops,
            QuarterDrops = figures.QuarterDrops,
            FullDoCookies = figures.FullDoCookies,
            CookiesSent = figures.CookiesSent,
            CookiesReceived = figures.CookiesReceived,
            Overflows = figures.Overflows,
            Drops = figures.Drops,
            ListenerDrops = figures.ListenerDrops,
            Deferred = figures.Deferred,
            EmbryonicResets = figures.Resets,
            SynAcksSent = figures.SynAcksSent,
            SynAcksAgain = figures.SynAcksAgain,
            SynAcksAgainOfRequests = layer.Clients.Flows.Concat(layer.Peer.Flows).Sum(flow => flow.Server == ServerState.HalfOpen ? flow.SynAcksAgain : 0L),
            SynAckTimeouts = figures.Timeouts,
            Expired = figures.Expired,
            Resets = layer.Resets,
            Peer = PeerOf(layer.Peer),
            IsContested = layer.Server.IsContested,
        };
    }

    private (int Least, int Most) PeakOf(ImmutableArray<Listener> listeners)
    {
        var peaks = listeners.Select(listener => listener.Peak(timeline.Now)).ToList();
        return (peaks.Max(peak => peak.Least), peaks.Max(peak => peak.Most));
    }

    private static PeerFigures PeerOf(ScriptedPeer peer) => PeerOf(peer.Flows, peer.Sent.ToImmutableSortedDictionary(
        pair => pair.Key.ToString().ToLowerInvariant(), pair => pair.Value, StringComparer.Ordinal));

    private static PeerFigures PeerOf(IReadOnlyList<Flow> flows, ImmutableSortedDictionary<string, long> sent) => new(
        flows.Count,
        flows.Count(flow => flow.Peer!.IsAnswered),
        flows.Count(flow => flow.Peer!.IsHalfOpen),
        flows.Sum(flow => flow.Peer!.SynAcks),
        flows.Sum(flow => flow.Peer!.WithWindowScale),
        flows.Sum(flow => flow.Peer!.WithSack),
        flows.Count(flow => flow.HasBeenQueued),
        flows.Count(flow => flow.Peer!.GotReset),
        flows.Count(flow => flow.SentBytes > 0 && flow.AckedBytes == flow.SentBytes),
        flows.Count(flow => flow.SentBytes > 0 && flow.ReadBytes == flow.SentBytes),
        sent);
}
