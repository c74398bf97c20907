using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>Both queues of one listener through the phases of a scenario with a scripted peer, event by event.</summary>
/// <remarks>
/// Concurrency: one thread; a run is made, walked and forgotten. The same scenario and timing give the same result, always.
/// The peer is what <c>LoadLab.Peer</c> does: it sends what it is told, on the oldest flows that it has a meaning for, and nothing else. The packet rules are <see cref="ListenerModel"/>'s;
/// here are time and order: the timers of half-open requests, accept(), the clients' repeated SYNs, with <see cref="SimulationTiming"/> for what has no rule.
/// </remarks>
internal sealed class SynQueueSimulation
{
    private static readonly Nanoseconds PeerPatience = Nanoseconds.FromSeconds(1);
    private readonly Scenario scenario;
    private readonly RetransmitSchedule schedule;
    private readonly SimulationTiming timing;
    private readonly bool keepsOptions;
    private readonly ListenerModel listener;
    private readonly AcceptClock accepts;
    private readonly PriorityQueue<Action, (long At, long Order)> steps = new();
    private readonly List<SimulatedFlow> flows = [];
    private readonly Dictionary<int, long> waiting = [];
    private Nanoseconds now;
    private Nanoseconds? begun, firstExpiry;
    private long order, established;
    private int acceptGeneration, clients;
    private bool isAcceptDue, isContested;

    private SynQueueSimulation(Scenario scenario, RetransmitSchedule schedule, SynQueueSettings settings, bool keepsOptions, SimulationTiming timing)
    {
        (this.scenario, this.schedule, this.timing, this.keepsOptions) = (scenario, schedule, timing, keepsOptions);
        listener = new ListenerModel(settings, AcceptQueue.LiveBacklog(scenario.Server.Backlog, settings.Somaxconn));
        accepts = new AcceptClock(scenario.Server.Accept, timing.AcceptDelay);
    }

    /// <summary>Walks the scenario's phases.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="schedule">When the swarm's clients send their SYNs.</param>
    /// <param name="settings">Sysctls at the start.</param>
    /// <param name="keepsOptions">Whether a cookie has a timestamp to keep options in.</param>
    /// <param name="timing">What has no rule.</param>
    public static SynQueueResult Run(Scenario scenario, RetransmitSchedule schedule, SynQueueSettings settings, bool keepsOptions, SimulationTiming timing) =>
        new SynQueueSimulation(scenario, schedule, settings, keepsOptions, timing).Walk();

    private SynQueueResult Walk()
    {
        var samples = ImmutableArray.CreateBuilder<SynQueueSample>();
        for (var wave = 0; wave < scenario.Phases.Length; wave++)
        {
            var phase = scenario.Phases[wave];
            Begin(phase.Action, wave);
            RunUntil(now + phase.Hold + timing.PhaseSlack);
            samples.Add(new SynQueueSample(phase.Name, now, listener.LiveBacklog, listener.Counts, Peer(), established, waiting.Values.Sum(), isContested));
        }

        return new SynQueueResult(samples.ToImmutable(), firstExpiry);
    }

    private SimulatedPeer Peer() => new(
        flows.Count,
        flows.Count(flow => flow.IsAnswered),
        flows.Count(flow => flow.IsHalfOpen),
        flows.Sum(flow => flow.SynAcks),
        flows.Sum(flow => flow.Fate == SynFate.Cookie && !keepsOptions ? 0 : flow.SynAcks),
        flows.Count(flow => flow.IsEstablished),
        flows.Count(flow => flow.GotReset));

    private void Begin(PhaseAction action, int wave)
    {
        if (action.Kind is PhaseActionKind.Load or PhaseActionKind.Peer && begun is null)
        {
            begun = now;
            accepts.Begin(now);
        }

        switch (action)
        {
            case PeerAction peer:
                Send(peer);
                break;
            case LoadAction load:
                Issue(load, wave);
                break;
            case ListenAction listen:
                listener.LiveBacklog = AcceptQueue.LiveBacklog(listen.Backlog, listener.Settings.Somaxconn);
                break;
            case AcceptAction accept:
                accepts.Change(accept.Policy, now);
                acceptGeneration++;
                isAcceptDue = false;
                ScheduleAccept();
                break;
            case SysctlAction { Sysctls: var sysctls }:
                listener.Settings = listener.Settings.After(sysctls);
                break;
            default:
                // A hold does nothing; clients that end keep their slot in the queue, so no queue sees it.
                break;
        }
    }

    private void Send(PeerAction action)
    {
        var start = now;
        var isNew = action.Send is PeerSegment.Syn or PeerSegment.Connect;
        var count = action.Count ?? 1;
        List<SimulatedFlow> meant = isNew ? [.. Enumerable.Range(flows.Count, count).Select(index => new SimulatedFlow(timing.LatenessOf(index)))] : Meant(action);
        for (var i = 0; i < meant.Count; i++)
        {
            RunUntil(start + (action.Rate is { } rate ? Nanoseconds.FromSeconds(i / rate.PerSecond) : new Nanoseconds(i * timing.PacketGap.Value)));
            Send(action.Send, meant[i]);
        }

        if (action.Send == PeerSegment.Connect && meant.Exists(flow => !flow.IsAnswered))
        {
            RunUntil(now + PeerPatience);
        }
    }

    private List<SimulatedFlow> Meant(PeerAction action)
    {
        var alive = flows.Where(flow => flow.IsAnswered && !flow.IsReset).ToList();
        var meant = action.Send switch
        {
            PeerSegment.Syn or PeerSegment.Connect => [],
            PeerSegment.Ack => alive.Exists(flow => flow.IsHalfOpen) ? alive.Where(flow => flow.IsHalfOpen) : alive,
            PeerSegment.Data => alive.Where(flow => flow is { IsAcknowledging: true, HasFinished: false }),
            PeerSegment.Fin => alive.Where(flow => flow is { IsAcknowledging: true, HasFinished: false }),
            PeerSegment.Rst => alive,
        };
        return [.. action.Count is { } most ? meant.Take(most) : meant];
    }

    private void Send(PeerSegment what, SimulatedFlow flow)
    {
        switch (what)
        {
            case PeerSegment.Syn:
            case PeerSegment.Connect:
                Syn(flow);
                if (what == PeerSegment.Connect && flow.IsAnswered)
                {
                    Send(PeerSegment.Ack, flow);
                }

                break;
            case PeerSegment.Ack:
                flow.IsAcknowledging = true;
                EndHandshake(flow);
                break;
            case PeerSegment.Data:
                EndHandshake(flow);
                break;
            case PeerSegment.Fin:
                flow.HasFinished = true;
                EndHandshake(flow);
                break;
            case PeerSegment.Rst:
                flow.IsReset = true;
                if (flow.IsQueued)
                {
                    flow.IsQueued = false;
                    listener.Remove(flow.Timeouts);
                }

                break;
        }
    }

    private void Syn(SimulatedFlow flow)
    {
        flows.Add(flow);
        flow.Fate = listener.Syn();
        flow.SynAcks = flow.Fate == SynFate.Dropped ? 0 : 1;
        flow.IsQueued = flow.Fate == SynFate.Queued;
        ArmTimer(flow);
    }

    // Any packet that acknowledges the SYN-ACK ends the handshake: the final ACK, data, FIN.
    private void EndHandshake(SimulatedFlow flow)
    {
        if (flow.IsEstablished || flow.IsReset)
        {
            return;
        }

        var fate = flow.IsQueued ? listener.FinalAck(flow.Timeouts) : flow.Fate == SynFate.Cookie ? listener.CookieAck() : AckFate.Reset;
        flow.IsQueued &= fate == AckFate.Ignored;
        flow.IsEstablished = fate == AckFate.Established;
        flow.GotReset = flow.IsReset = fate == AckFate.Reset;
        ScheduleAccept();
    }

    private void ArmTimer(SimulatedFlow flow)
    {
        if (flow.IsQueued)
        {
            Add(now + flow.Late(SynAckSchedule.Timeout(flow.Timeouts)), () => TimerFires(flow));
        }
    }

    private void TimerFires(SimulatedFlow flow)
    {
        if (!flow.IsQueued)
        {
            return;
        }

        flow.IsQueued = listener.Timeout(flow.Timeouts);
        firstExpiry ??= flow.IsQueued ? null : now - begun;
        flow.SynAcks += flow.IsQueued ? 1 : 0;
        flow.Timeouts++;
        ArmTimer(flow);
    }

    private void Issue(LoadAction load, int wave)
    {
        var count = Arrivals.Count(load.Swarm) ?? 0;
        waiting[wave] = count;
        var last = now;
        for (var i = 0L; i < count; i++)
        {
            last = now + Arrivals.At(load.Swarm, i);
            var client = new Client(clients, wave, last, timing.LatenessOf(clients++));
            Add(last, () => ClientSyn(client));
        }

        RunUntil(last);
        while (load.Until == LoadUntil.Settled && waiting[wave] > 0 && steps.Count > 0)
        {
            TakeStep();
        }
    }

    // A client of the swarm answers the SYN-ACK within the same moment.
    private void ClientSyn(Client client)
    {
        client.SynsSent++;
        var fate = listener.Syn();
        if (fate == SynFate.Dropped)
        {
            if (client.SynsSent < schedule.Earliest.Length)
            {
                Add(client.Begun + client.DueAt(schedule, client.SynsSent), () => ClientSyn(client));
            }

            return;
        }

        isContested |= client.SynsSent > 1 && waiting.Values.Sum() > 1;
        _ = fate == SynFate.Cookie ? listener.CookieAck() : listener.FinalAck(0);
        waiting[client.Wave]--;
        established++;
        ScheduleAccept();
    }

    private void Accept(int generation)
    {
        if (generation != acceptGeneration)
        {
            return;
        }

        isAcceptDue = false;
        listener.Accept(accepts.TakesAll ? listener.Counts.Queue : Math.Min(1, listener.Counts.Queue));
        accepts.Accepted(now);
        ScheduleAccept();
    }

    private void ScheduleAccept()
    {
        if (listener.Counts.Queue > 0 && !isAcceptDue && accepts.Next(now) is { } moment)
        {
            isAcceptDue = true;
            var generation = acceptGeneration;
            Add(moment, () => Accept(generation));
        }
    }

    private void RunUntil(Nanoseconds moment)
    {
        while (steps.TryPeek(out _, out var due) && due.At <= moment.Value)
        {
            TakeStep();
        }

        now = moment;
    }

    private void TakeStep()
    {
        _ = steps.TryDequeue(out var step, out var due);
        now = new Nanoseconds(due.At);
        step!();
    }

    private void Add(Nanoseconds at, Action step) => steps.Enqueue(step, (at.Value, order++));
}
