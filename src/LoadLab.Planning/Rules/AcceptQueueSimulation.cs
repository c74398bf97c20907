using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>The accept queue of one listener through the phases of a scenario, event by event, by the kernel's rules and nothing else.</summary>
/// <remarks>
/// Concurrency: one thread; a run is made, walked and forgotten. The same scenario and timing give the same result, always.
/// Left out: everything that takes time on a real machine and has no rule (the length of a burst, a scheduler's whims); <see cref="SimulationTiming"/> stands for it.
/// Where a batch of repeated SYNs meets less room than it needs there is no rule: the simulation notices where that begins, and says so instead of guessing on (<see cref="ContestedSlot"/>).
/// Kernel: net/ipv4/tcp_input.c tcp_conn_request (a SYN that finds the queue full is dropped); a client that ends keeps its slot until accept().
/// </remarks>
internal sealed class AcceptQueueSimulation
{
    private const long AcceptFirst = 1L << 62;

    private readonly Scenario scenario;
    private readonly RetransmitSchedule schedule;
    private readonly SimulationTiming timing;
    private readonly AcceptClock accepts;
    private readonly DescriptorRoom room;
    private readonly ContestedSlot slot = new();
    private readonly PriorityQueue<Step, (long At, long Order)> steps = new();
    private readonly List<Client> clients = [];
    private readonly List<Nanoseconds> latencies = [];
    private readonly Dictionary<int, long> unanswered = [];
    private int somaxconn;
    private int liveBacklog;
    private long order, queue, longestQueueMet, drops, accepted, gaveUp, retransmits;
    private Nanoseconds now;
    private Nanoseconds? firstLoad, firstOverflow;
    private long sockets, refused;
    private Nanoseconds begun;
    private Nanoseconds? emptied;
    private bool isAcceptDue, isAtLimit;
    private int acceptGeneration;

    private AcceptQueueSimulation(Scenario scenario, RetransmitSchedule schedule, int somaxconn, SimulationTiming timing)
    {
        this.scenario = scenario;
        this.schedule = schedule;
        this.timing = timing;
        this.somaxconn = somaxconn;
        liveBacklog = AcceptQueue.LiveBacklog(scenario.Server.Backlog, somaxconn);
        accepts = new AcceptClock(scenario.Server.Accept, timing.AcceptDelay);
        room = new DescriptorRoom(scenario.Server.Connection is ConnectionBehaviour.Close or ConnectionBehaviour.Reset ? null : scenario.ServerSpare, scenario.Server.AtLimit);
    }

    /// <summary>Walks the scenario's phases.</summary>
    public static SimulationResult Run(Scenario scenario, RetransmitSchedule schedule, int somaxconn, SimulationTiming timing) =>
        new AcceptQueueSimulation(scenario, schedule, somaxconn, timing).Walk();

    private SimulationResult Walk()
    {
        var samples = ImmutableArray.CreateBuilder<QueueSample>();
        for (var wave = 0; wave < scenario.Phases.Length; wave++)
        {
            var phase = scenario.Phases[wave];
            begun = now;
            Begin(phase.Action, wave);
            RunUntil(now + phase.Hold + timing.PhaseSlack);
            samples.Add(new QueueSample(phase.Name, now, queue, liveBacklog, latencies.Count, unanswered.Values.Sum(), drops, accepted, gaveUp, retransmits, slot.IsContested)
            {
                Refused = refused,
                Shed = room.Shed,
                FailedAccepts = room.CountsTries ? room.Failed : null,
                Emptied = emptied - begun,
            });
        }

        latencies.Sort();
        return new SimulationResult(samples.ToImmutable(), firstOverflow, longestQueueMet, [.. latencies]);
    }

    private void Begin(PhaseAction action, int wave)
    {
        switch (action)
        {
            case LoadAction load:
                Issue(load, wave);
                break;
            case ListenAction listen:
                liveBacklog = AcceptQueue.LiveBacklog(listen.Backlog, somaxconn);
                break;
            case AcceptAction accept:
                accepts.Change(accept.Policy, now);
                acceptGeneration++;
                isAcceptDue = false;
                ScheduleAccept();
                break;
            case SysctlAction { Sysctls: var sysctls } when sysctls.TryGetValue("net.core.somaxconn", out var text) && int.TryParse(text, out var value):
                somaxconn = value;
                break;
            case RaiseNofileAction { By: var more }:
                room.Free(more);
                if (isAtLimit && room.TriesAllTheTime)
                {
                    Try(acceptGeneration);
                }

                break;
            case ClientsAction { Count: { } count } when scenario is { ServerSpare: not null, Server.Connection: ConnectionBehaviour.Echo or ConnectionBehaviour.Discard }:
                // Their connections are the oldest, so those that the server holds: it reads the end of stream and closes.
                room.Free(count);
                if (isAtLimit && room.TriesAtAClose)
                {
                    Try(acceptGeneration);
                }

                break;
            default:
                // A hold does nothing; clients that end keep their slot in the queue, so the queue does not see it.
                break;
        }
    }

    private void Issue(LoadAction load, int wave)
    {
        if (firstLoad is null)
        {
            firstLoad = now;
            accepts.Begin(now);
        }

        var count = Arrivals.Count(load.Swarm) ?? 0;
        unanswered[wave] = count;
        var last = now;
        for (var i = 0L; i < count; i++)
        {
            last = now + Arrivals.At(load.Swarm, i);
            if (sockets++ >= (scenario.SwarmSpare ?? long.MaxValue))
            {
                refused++;
                unanswered[wave]--;
                continue;
            }

            clients.Add(new Client(clients.Count, wave, last, timing.LatenessOf(clients.Count)));
            Add(last, new Step(StepKind.Syn, clients.Count - 1));
            if (load.Swarm.ConnectTimeout > Nanoseconds.Zero)
            {
                Add(last + load.Swarm.ConnectTimeout, new Step(StepKind.GiveUp, clients.Count - 1));
            }
        }

        RunUntil(last);
        while (load.Until == LoadUntil.Settled && unanswered[wave] > 0 && steps.Count > 0)
        {
            TakeStep();
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
        steps.TryDequeue(out var step, out var due);
        now = new Nanoseconds(due.At);
        switch (step.Kind)
        {
            case StepKind.Syn:
                Syn(clients[step.Subject]);
                break;
            case StepKind.GiveUp:
                GiveUp(clients[step.Subject]);
                break;
            case StepKind.Accept:
                Accept(step.Subject);
                break;
            case StepKind.Try:
                Try(step.Subject);
                break;
        }
    }

    private void Syn(Client client)
    {
        if (client.IsAnswered)
        {
            return;
        }

        retransmits += client.SynsSent > 0 ? 1 : 0;
        client.SynsSent++;
        longestQueueMet = Math.Max(longestQueueMet, queue);
        var isDropped = AcceptQueue.IsFull(queue, liveBacklog);
        if (client.SynsSent > 1)
        {
            slot.Resent(now, isDropped);
        }

        if (isDropped)
        {
            drops++;
            firstOverflow ??= now - firstLoad;
            var isLast = client.SynsSent == schedule.Earliest.Length;
            Add(client.Begun + client.DueAt(schedule, client.SynsSent), new Step(isLast ? StepKind.GiveUp : StepKind.Syn, client.Index));
            return;
        }

        client.IsAnswered = true;
        unanswered[client.Wave]--;
        latencies.Add(now - client.Begun);
        queue++;
        ScheduleAccept();
    }

    private void GiveUp(Client client)
    {
        if (!client.IsAnswered)
        {
            client.IsAnswered = true;
            unanswered[client.Wave]--;
            gaveUp++;
        }
    }

    private void Accept(int generation)
    {
        if (generation != acceptGeneration)
        {
            return;
        }

        isAcceptDue = false;
        var taken = room.Take(accepts.TakesAll ? queue : Math.Min(1, queue));
        emptied = taken > 0 && queue == taken ? now : emptied;
        queue -= taken;
        accepted += taken;
        if (room.IsUsedUp && !isAtLimit)
        {
            Fail();
            return;
        }

        accepts.Accepted(now);
        ScheduleAccept();
    }

    // The loop goes on to its next accept() at once, which needs a descriptor before it looks at the queue.
    private void Fail()
    {
        isAtLimit = true;
        var wait = room.Fail();
        if (room.CountsTries)
        {
            Add(now + wait + timing.AcceptDelay, new Step(StepKind.Try, acceptGeneration));
        }
    }

    private void Try(int generation)
    {
        if (generation != acceptGeneration || !isAtLimit)
        {
            return;
        }

        if (room.IsUsedUp)
        {
            Fail();
            return;
        }

        isAtLimit = false;
        Accept(generation);
    }

    private void ScheduleAccept()
    {
        if (queue > 0 && !isAcceptDue && (!isAtLimit || room.Sheds) && accepts.Next(now) is { } moment)
        {
            isAcceptDue = true;
            Add(moment, new Step(StepKind.Accept, acceptGeneration));
        }
    }

    // Of two things at one moment accept() comes first: a prompt server is one that loses no race. The slow one is a timing of its own.
    private void Add(Nanoseconds at, Step step) => steps.Enqueue(step, (at.Value, step.Kind == StepKind.Accept ? order++ - AcceptFirst : order++));
}
