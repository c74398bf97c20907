using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>The predictions for clients that run out of ephemeral ports before the server runs out of room: who connects, who finds no port, and who is in TIME-WAIT.</summary>
/// <remarks>A port is taken for one source address and one destination, address and port: each other one has the whole range again. Only one that bind() itself picked is taken for all destinations.</remarks>
internal static class PortExhaustion
{
    /// <summary>Why a scenario with several ports or ways to bind is not foretold.</summary>
    public const string WhyNot =
        "ports are foretold for bursts with preflight: note that are over when they are settled, to a server with one listener a port, which either never accepts and whose clients hold, or answers end of stream by close or closes itself";

    private const string Unit = "connections";

    // A burst of connects and closes, beyond the usual slack of a phase: ten times what the slowest of them was seen to take.
    private static readonly Nanoseconds OfConnect = Nanoseconds.FromMilliseconds(1);
    private static readonly Nanoseconds Slack = SimulationTiming.Corners.Max(timing => timing.PhaseSlack);

    /// <summary>True when the scenario is about ports and this rule tells all of it.</summary>
    public static bool Covers(Scenario scenario, LiveSysctls sysctls)
    {
        SwarmSpec[] loads = [.. Loads(scenario)];
        return scenario.Preflight == Preflight.Note
            && scenario.Server.Listeners == 1
            && loads.Length > 0
            && Array.TrueForAll(loads, load => load is { Shape: LoadShape.Burst, ExchangeBytes: 0, Target: null })
            && scenario.Phases.All(phase => phase.Action.Kind is PhaseActionKind.Load or PhaseActionKind.Hold || phase.Action is ClientsAction { End: ClientEnd.Close, Count: null })
            && HasRoom(scenario, loads, sysctls)
            && IsBoundAlike(loads)
            && (Array.TrueForAll(loads, load => load.LocalPorts is null) || sysctls.EphemeralPorts.Reserved == 0)
            && (!Array.Exists(loads, IsPlanned) || IsPlannedAlike(loads, sysctls))
            && (scenario.Server.Accept.Kind == AcceptPolicyKind.Never ? OnlyHolds(scenario, loads) : EndsAreClear(scenario, loads));
    }

    /// <summary>Adds what follows, phase by phase.</summary>
    public static void Predict(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        var ports = sysctls.EphemeralPorts;
        for (var port = 0; port < scenario.Server.Ports; port++)
        {
            ports = ports.Without(scenario.Server.Port == 0 ? 0 : scenario.Server.Port + port);
        }

        var wait = TimeWait.Of(sysctls.Number("net.ipv4.tcp_tw_reuse"), sysctls.Number("net.ipv4.tcp_timestamps"), sysctls.Number("net.ipv4.tcp_tw_reuse_delay"), isLoopback: true);
        var mostWaiting = sysctls.Number("net.ipv4.tcp_max_tw_buckets") ?? long.MaxValue;
        PortUse[] bounds = [new(ports, ports.Least, wait, mostWaiting, early: false), new(ports, ports.Most, wait, mostWaiting, early: true)];
        var reserved = ports.Reserved == 0 ? "" : $" less {ports.Reserved} reserved or listened on";
        var rule = $"each source address has the {ports.High - ports.Low + 1} ports of {ports.Low}..{ports.High}{reserved} for each destination; {Refusal(scenario)}";
        list.Within("ports", ports.Least, ports.Most, "ports", rule, EphemeralPorts.KernelSource);
        var now = default(PhaseSpan);
        foreach (var phase in scenario.Phases)
        {
            now = Step(scenario, phase, now, bounds);
            Add(list, scenario, $"@{phase.Name}", bounds, rule, wait);
        }

        Add(list, scenario, "", bounds, rule, wait);
        list.WhyNoOthers = "the clients run out of ports before the server runs out of room, and the accept queue's own figures follow from that";
    }

    /// <summary>How long the phases take at most: nobody waits for an answer, but each search takes its time.</summary>
    public static Nanoseconds Lasts(Scenario scenario) =>
        new(scenario.Phases.Sum(phase => phase.Hold.Value + (phase.Action is LoadAction load ? load.Swarm.Connections * OfConnect.Value : 0)));

    /// <summary>Lets one phase happen in both bounds; the moment at which the next one begins.</summary>
    private static PhaseSpan Step(Scenario scenario, Phase phase, PhaseSpan now, PortUse[] bounds)
    {
        var took = new PhaseSpan(now.Least, now.Most + Slack);
        if (phase.Action is LoadAction { Swarm: { } load })
        {
            took = took with { Most = took.Most + new Nanoseconds(load.Connections * OfConnect.Value) };
            Array.ForEach(bounds, one => one.Take(load, load.Port ?? scenario.Server.Port, took));
        }
        else if (phase.Action.Kind == PhaseActionKind.Clients)
        {
            Array.ForEach(bounds, one => one.Close(scenario.Server.Connection == ConnectionBehaviour.Close, took));
        }

        var next = new PhaseSpan(took.Least + phase.Hold, took.Most + phase.Hold);
        Array.ForEach(bounds, one => one.LeaveTimeWait(next));
        return next;
    }

    private static void Add(PredictionList list, Scenario scenario, string suffix, PortUse[] bounds, string rule, TimeWait wait)
    {
        void Both(string name, Func<PortUse, long> figure, string why, string source) => list.Between($"{name}{suffix}", [.. bounds.Select(one => (decimal)figure(one))], Unit, why, source);
        Both("established", one => one.Established, rule, EphemeralPorts.KernelSource);
        Both("without-port", one => one.Refused, rule, EphemeralPorts.KernelSource);
        Both("open", one => one.Open, rule, EphemeralPorts.KernelSource);
        if (scenario.Server.Accept.Kind == AcceptPolicyKind.Never)
        {
            Both("queue", one => one.Established, $"{rule}; the server never accepts, so each connection stays queued", EphemeralPorts.KernelSource);
            return;
        }

        var again = $"the side that closes first keeps the connection in TIME-WAIT for 60 s; its port may be taken again after {wait.Earliest} to {wait.Latest}";
        Both("time-wait", one => one.Waiting + one.ServerWaiting, again, TimeWait.KernelSource);
        Both("time-wait-overflows", one => one.Overflows, "beyond net.ipv4.tcp_max_tw_buckets a connection is forgotten at once instead", TimeWait.BucketsSource);
    }

    private static string Refusal(Scenario scenario) => Loads(scenario).Any(load => load.LiveBind == BindWay.First)
        ? "bind() to port 0 needs one that is free for all destinations, and answers EADDRINUSE when there is none"
        : "the connect that finds none gets EADDRNOTAVAIL and sends nothing";

    /// <summary>Nobody waits for the server: its queue has room for all that a port of it may get.</summary>
    private static bool HasRoom(Scenario scenario, SwarmSpec[] loads, LiveSysctls sysctls) =>
        loads.GroupBy(load => load.Port ?? scenario.Server.Port).All(one => one.Sum(load => load.Connections) <= AcceptQueue.Capacity(AcceptQueue.LiveBacklog(scenario.Server.Backlog, sysctls.Somaxconn)));

    /// <summary>A search passes over ports that bind() has taken, whatever the address: loads of both kinds would have to be told apart port by port. So would parts of the range that overlap.</summary>
    private static bool IsBoundAlike(SwarmSpec[] loads)
    {
        var first = loads.Count(load => load.LiveBind == BindWay.First);
        var local = loads.Select(load => load.LocalPorts).ToList();
        var narrowed = local.TakeWhile(range => range is not null).OfType<PortRange>().ToList();
        return (first == 0 || (first == loads.Length && loads.Select(load => load.Sources is null).Distinct().Count() == 1 && Array.TrueForAll(loads, load => load.Then == ClientEnd.Hold)))
            && local.Skip(narrowed.Count).All(range => range is null)
            && narrowed.TrueForAll(one => narrowed.TrueForAll(other => one == other || !one.Overlaps(other)));
    }

    /// <summary>Planned ports go up the range once, whatever is reserved; beyond its end they begin again, at ports that are held.</summary>
    private static bool IsPlannedAlike(SwarmSpec[] loads, LiveSysctls sysctls) =>
        Array.TrueForAll(loads, load => IsPlanned(load) && load is { Then: ClientEnd.Hold, Sources: null, Bind: null, LocalPorts: null, Port: null }) && sysctls.EphemeralPorts.Reserved == 0;

    private static bool IsPlanned(SwarmSpec load) => load.Ports == PortStrategy.Planned;

    private static bool OnlyHolds(Scenario scenario, SwarmSpec[] loads) =>
        Array.TrueForAll(loads, load => load.Then == ClientEnd.Hold) && !scenario.Phases.Any(phase => phase.Action.Kind == PhaseActionKind.Clients);

    /// <summary>Who closes first is known: the client, whose end of stream the server answers, or the server, which has closed before the clients are told to.</summary>
    private static bool EndsAreClear(Scenario scenario, SwarmSpec[] loads) => scenario.Server is { Accept.Kind: AcceptPolicyKind.Eager } && scenario.Server.Connection switch
    {
        ConnectionBehaviour.Echo or ConnectionBehaviour.Discard => Array.TrueForAll(loads, load => load.Then is not ClientEnd.HalfClose),
        ConnectionBehaviour.Close => Array.TrueForAll(loads, load => load.Then == ClientEnd.Hold) && scenario.Phases.Sum(phase => phase.Hold.Seconds) < 50,
        ConnectionBehaviour.Hold or ConnectionBehaviour.Reset => false,
    };

    private static IEnumerable<SwarmSpec> Loads(Scenario scenario) => scenario.Phases.Select(phase => phase.Action).OfType<LoadAction>().Select(load => load.Swarm);
}
