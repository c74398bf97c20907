using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>The predictions for clients that run out of ephemeral ports before the server runs out of room: who connects and who gets EADDRNOTAVAIL.</summary>
/// <remarks>A port is taken for one source address and one destination: each source address has the whole range again. Connections must be held, so that no port comes back.</remarks>
internal static class PortExhaustion
{
    private const string Unit = "connections";

    /// <summary>True when the scenario is about ports and this rule tells all of it.</summary>
    public static bool Covers(Scenario scenario, LiveSysctls sysctls)
    {
        SwarmSpec[] loads = [.. Loads(scenario)];
        return scenario.Preflight == Preflight.Note
            && scenario.Server is { Listeners: 1, Accept.Kind: AcceptPolicyKind.Never }
            && loads.Length > 0
            && Array.TrueForAll(loads, load => load is { Shape: LoadShape.Burst, Then: ClientEnd.Hold, ExchangeBytes: 0, Ports: PortStrategy.Kernel })
            && scenario.Phases.All(phase => phase.Action.Kind is PhaseActionKind.Load or PhaseActionKind.Hold)
            && loads.Sum(load => load.Connections) <= AcceptQueue.Capacity(AcceptQueue.LiveBacklog(scenario.Server.Backlog, sysctls.Somaxconn));
    }

    /// <summary>Adds what follows, phase by phase.</summary>
    public static void Predict(PredictionList list, Scenario scenario, LiveSysctls sysctls)
    {
        var ports = sysctls.EphemeralPorts.Without(scenario.Server.Port);
        var reserved = ports.Reserved == 0 ? "" : $" less {ports.Reserved} reserved or listened on";
        var rule = $"each source address has the {ports.High - ports.Low + 1} ports of {ports.Low}..{ports.High}{reserved} for this destination; the connect that finds none gets EADDRNOTAVAIL and sends nothing";
        list.Between("ports", [ports.Least, ports.Most], "ports", rule, EphemeralPorts.KernelSource);
        var (least, most) = (new PortUse(ports.Least), new PortUse(ports.Most));
        foreach (var phase in scenario.Phases)
        {
            if (phase.Action is LoadAction load)
            {
                least.Take(load.Swarm);
                most.Take(load.Swarm);
            }

            Add(list, $"@{phase.Name}", least, most, rule);
        }

        Add(list, "", least, most, rule);
        list.WhyNoOthers = "the clients run out of ports before the server runs out of room, and the accept queue's own figures follow from that";
    }

    private static void Add(PredictionList list, string suffix, PortUse least, PortUse most, string rule)
    {
        list.Between($"established{suffix}", [least.Established, most.Established], Unit, rule, EphemeralPorts.KernelSource);
        list.Between($"queue{suffix}", [least.Established, most.Established], Unit, $"{rule}; the server never accepts, so each connection stays queued", EphemeralPorts.KernelSource);
        list.Between($"without-port{suffix}", [least.Refused, most.Refused], Unit, rule, EphemeralPorts.KernelSource);
    }

    private static IEnumerable<SwarmSpec> Loads(Scenario scenario) => scenario.Phases.Select(phase => phase.Action).OfType<LoadAction>().Select(load => load.Swarm);

    /// <summary>Ports taken by source address, when each has so many.</summary>
    private sealed class PortUse(long each)
    {
        private readonly Dictionary<uint, long> taken = [];

        public long Established => taken.Values.Sum();

        public long Refused { get; private set; }

        /// <summary>The connects of a load go round its source addresses.</summary>
        public void Take(SwarmSpec load)
        {
            var sources = load.Sources ?? AddressRange.Loopback;
            for (var i = 0L; i < Math.Min(sources.Count, load.Connections); i++)
            {
                var asked = ((load.Connections - 1 - i) / sources.Count) + 1;
                var before = taken.GetValueOrDefault(sources[i]);
                var got = Math.Min(asked, each - before);
                taken[sources[i]] = before + got;
                Refused += asked - got;
            }
        }
    }
}
