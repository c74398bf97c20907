using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>What of the kernel a <see cref="DeferredSimulation"/> runs by.</summary>
internal sealed record DeferredRules(RetransmitSchedule SynAck, RetransmitSchedule Data, int Somaxconn, bool AbortsOnOverflow);

/// <summary>Handshakes that only the server has not finished, by TCP_DEFER_ACCEPT or since the accept queue was full at the final ACK: event by event, by the kernel's rules and nothing else.</summary>
/// <remarks>
/// Every packet of the client tries to end the handshake: a bare ACK is ignored while TCP_DEFER_ACCEPT lasts; with a full accept queue any packet is (or is answered by a RST with
/// tcp_abort_on_overflow); otherwise it goes into the accept queue. Packets come of themselves: data, its retransmissions, and an ACK for each SYN-ACK that is sent again (a challenge ACK).
/// Left out, and said so: SYNs that meet a full queue of either kind, a crowded SYN queue (it forgets old requests early), requests that are given up, accept policies but never and eager.
/// Kernel: net/ipv4/tcp_minisocks.c tcp_check_req; net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock; net/ipv4/inet_connection_sock.c reqsk_timer_handler, syn_ack_recalc; net/ipv4/tcp_input.c tcp_validate_incoming.
/// Concurrency: one thread; a run is made, walked and forgotten. The same scenario and timing give the same result, always.
/// </remarks>
internal sealed class DeferredSimulation
{
    private const int NeverCrowded = 8;
    private readonly Scenario scenario;
    private readonly DeferredRules rules;
    private readonly SimulationTiming timing;
    private readonly List<DeferredHandshake> clients = [];
    private readonly PriorityQueue<Action, (long At, long Order)> steps = new();
    private DeferredSample counts;
    private string? unknown;
    private int somaxconn;
    private bool aborts, isEager;
    private int deferTimeouts;
    private long order;
    private Nanoseconds now;

    private DeferredSimulation(Scenario scenario, DeferredRules rules, SimulationTiming timing)
    {
        (this.scenario, this.rules, this.timing) = (scenario, rules, timing);
        (somaxconn, aborts) = (rules.Somaxconn, rules.AbortsOnOverflow);
        counts = new DeferredSample { LiveBacklog = AcceptQueue.LiveBacklog(scenario.Server.Backlog, somaxconn) };
        Follow(scenario.Server.Accept);
        Defer(scenario.Server.DeferAccept);
    }

    /// <summary>Walks the scenario's phases.</summary>
    public static DeferredResult Run(Scenario scenario, DeferredRules rules, SimulationTiming timing) => new DeferredSimulation(scenario, rules, timing).Walk();

    private DeferredResult Walk()
    {
        var samples = ImmutableArray.CreateBuilder<DeferredSample>();
        foreach (var phase in scenario.Phases)
        {
            Begin(phase.Action);
            RunUntil(now + phase.Hold + timing.PhaseSlack);
            samples.Add(counts);
        }

        return new DeferredResult(samples.ToImmutable(), unknown);
    }

    private void Begin(PhaseAction action)
    {
        switch (action)
        {
            case LoadAction { Swarm: { Target: null, Then: ClientEnd.Hold, Shape: not LoadShape.Churn, ExchangeBytes: 0 } swarm }:
                Issue(swarm);
                break;
            case HoldAction:
                break;
            case ListenAction listen:
                counts = counts with { LiveBacklog = AcceptQueue.LiveBacklog(listen.Backlog, somaxconn) };
                break;
            case AcceptAction accept:
                Follow(accept.Policy);
                AcceptQueued();
                break;
            case SysctlAction { Sysctls: var sysctls }:
                somaxconn = sysctls.TryGetValue("net.core.somaxconn", out var text) && int.TryParse(text, out var value) ? value : somaxconn;
                aborts = sysctls.TryGetValue("net.ipv4.tcp_abort_on_overflow", out text) ? text != "0" : aborts;
                break;
            case SendAction send:
                clients.Where(client => client.Side != ServerSide.Reset).Take(send.Count ?? int.MaxValue).ToList().ForEach(client => Send(client, send.Bytes));
                break;
            case DeferAcceptAction defer:
                Defer(defer.DeferAccept);
                break;
            default:
                Unknown("these clients do more than to connect, hold and send");
                break;
        }
    }

    private void Defer(Nanoseconds asked)
    {
        deferTimeouts = DeferAccept.Timeouts(asked);
        counts = counts with { DeferAccept = DeferAccept.Live(asked) };
    }

    private void Follow(AcceptPolicy policy)
    {
        isEager = policy.Kind == AcceptPolicyKind.Eager;
        if (policy.Kind is AcceptPolicyKind.Paced or AcceptPolicyKind.Stalled)
        {
            Unknown($"with handshakes that stay unfinished only never and eager accepts are simulated, not {policy}");
        }
    }

    private void Issue(SwarmSpec swarm)
    {
        var start = now;
        var count = Arrivals.Count(swarm) ?? 0;
        for (var i = 0L; i < count; i++)
        {
            RunUntil(start + Arrivals.At(swarm, i));
            Syn();
        }
    }

    private void Syn()
    {
        if (AcceptQueue.IsFull(counts.Queue, counts.LiveBacklog))
        {
            Unknown("a SYN meets a full accept queue while other handshakes stay unfinished");
            return;
        }

        var client = new DeferredHandshake(now, timing.LatenessOf(clients.Count));
        clients.Add(client);
        counts = counts with { Established = counts.Established + 1, HalfOpen = counts.HalfOpen + 1 };
        Arrive(client, carriesData: false);
        if (client.Side != ServerSide.HalfOpen)
        {
            return;
        }

        ArmSynAck(client);
        if (counts.HalfOpen * 2 > Math.Max(NeverCrowded, counts.LiveBacklog))
        {
            Unknown("so many requests stay half-open that the SYN queue forgets the old ones early");
        }
    }

    // Whatever a client sends on a request that is half-open tries to end the handshake.
    private void Arrive(DeferredHandshake client, bool carriesData)
    {
        if (client.Side == ServerSide.HalfOpen)
        {
            if (!carriesData && client.Timeouts < deferTimeouts)
            {
                counts = counts with { Deferred = counts.Deferred + 1 };
                return;
            }

            if (AcceptQueue.IsFull(counts.Queue, counts.LiveBacklog))
            {
                counts = counts with { Overflows = counts.Overflows + 1, Resets = counts.Resets + (aborts ? 1 : 0), HalfOpen = counts.HalfOpen - (aborts ? 1 : 0) };
                client.Side = aborts ? ServerSide.Reset : ServerSide.HalfOpen;
                return;
            }

            client.Side = ServerSide.Queued;
            counts = counts with { HalfOpen = counts.HalfOpen - 1, Queue = counts.Queue + 1 };
        }

        if (carriesData && client.Side != ServerSide.Reset)
        {
            var came = client.SentBytes - client.AcknowledgedBytes;
            client.AcknowledgedBytes = client.SentBytes;
            Read(client, came);
        }

        AcceptQueued();
    }

    private void AcceptQueued()
    {
        foreach (var client in isEager ? clients.Where(client => client.Side == ServerSide.Queued) : [])
        {
            client.Side = ServerSide.Accepted;
            counts = counts with { Queue = counts.Queue - 1, Accepted = counts.Accepted + 1 };
            Read(client, client.AcknowledgedBytes);
        }
    }

    private void Read(DeferredHandshake client, long bytes)
    {
        var reads = scenario.Server.Connection is ConnectionBehaviour.Echo or ConnectionBehaviour.Discard && client.Side == ServerSide.Accepted;
        counts = counts with { BytesRead = counts.BytesRead + (reads ? bytes : 0) };
    }

    private void ArmSynAck(DeferredHandshake client)
    {
        var next = client.Timeouts + 1;
        if (next >= rules.SynAck.Earliest.Length)
        {
            Add(now + (rules.SynAck.GiveUpEarliest - rules.SynAck.Earliest[^1]), () =>
            {
                if (client.Side == ServerSide.HalfOpen)
                {
                    Unknown("it lasts until requests are given up");
                }
            });
            return;
        }

        Add(client.Timeout(rules.SynAck, next), () => SynAckTimer(client));
    }

    private void SynAckTimer(DeferredHandshake client)
    {
        if (client.Side != ServerSide.HalfOpen)
        {
            return;
        }

        // A request whose bare ACK was ignored is asked again only at the end of TCP_DEFER_ACCEPT, or when that is off.
        var isSentAgain = deferTimeouts == 0 || client.Timeouts >= deferTimeouts - 1;
        client.Timeouts++;
        ArmSynAck(client);
        if (isSentAgain)
        {
            counts = counts with { SynAcksAgain = counts.SynAcksAgain + 1 };
            Arrive(client, carriesData: false);
        }
    }

    private void Send(DeferredHandshake client, int bytes)
    {
        if (client.HasUnacknowledged)
        {
            Unknown("a client sends once more before its first data is acknowledged");
        }

        counts = counts with { Senders = counts.Senders + (client.SentBytes == 0 ? 1 : 0) };
        client.SentBytes += bytes;
        var since = now;
        Arrive(client, carriesData: true);
        ArmData(client, since, 1);
    }

    private void ArmData(DeferredHandshake client, Nanoseconds since, int n)
    {
        if (client.HasUnacknowledged && client.Side == ServerSide.HalfOpen && n < rules.Data.Earliest.Length)
        {
            Add(client.Moment(rules.Data, n, since), () => DataTimer(client, since, n));
        }
    }

    private void DataTimer(DeferredHandshake client, Nanoseconds since, int n)
    {
        if (client.HasUnacknowledged && client.Side != ServerSide.Reset)
        {
            counts = counts with { DataRetransmits = counts.DataRetransmits + 1 };
            Arrive(client, carriesData: true);
            ArmData(client, since, n + 1);
        }
    }

    private void RunUntil(Nanoseconds moment)
    {
        while (steps.TryPeek(out _, out var due) && due.At <= moment.Value)
        {
            var step = steps.Dequeue();
            now = new Nanoseconds(due.At);
            step();
        }

        now = moment;
    }

    private void Unknown(string why) => unknown ??= why;

    private void Add(Nanoseconds at, Action step) => steps.Enqueue(step, (at.Value, order++));
}
