using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Planning.Predictions;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning;

/// <summary>The plan of a server or swarm on its own: its settings on this host, and nothing predicted, since the other half is somebody else's.</summary>
public static class StandalonePlan
{
    /// <summary>Of a swarm.</summary>
    /// <param name="swarm">Its load.</param>
    /// <param name="target">Whom it loads.</param>
    /// <param name="replica">Its name.</param>
    /// <param name="host">Where it runs.</param>
    /// <param name="command">How to run it again.</param>
    public static Plan OfSwarm(SwarmSpec swarm, string target, string replica, HostFacts host, string command) => Of(
        new Scenario { Name = "swarm", Path = "", Claim = $"What the clients of {target} saw.", Swarm = swarm, OwnHalf = Role.Swarm },
        host,
        command,
        IsOfSwarm,
        [new(SwarmSettings.Target.Name, target), new(SwarmSettings.Replica, replica)]);

    /// <summary>Of a server.</summary>
    public static Plan OfServer(ServerSpec server, HostFacts host, string command) => Of(
        new Scenario { Name = "serve", Path = "", Claim = $"What the server on port {server.Port} saw.", Server = server,
            OwnHalf = Role.Server }, host, command, name => !name.StartsWith("swarm.", StringComparison.Ordinal) && name != "hold", []);

    /// <summary>Of LoadLab's clients under a tool that says when each one connects. Both count them, and have to come to the same.</summary>
    /// <param name="tool">Its name.</param>
    /// <param name="swarm">What each client does.</param>
    /// <param name="target">Whom they load.</param>
    /// <param name="host">Where it runs.</param>
    /// <param name="command">How to run it again.</param>
    public static Plan OfTool(string tool, SwarmSpec swarm, string target, HostFacts host, string command)
    {
        var scenario = new Scenario { Name = tool, Path = "", Claim = $"What the clients of {target} saw under {tool}.", Swarm = swarm with { PacedBy = tool },
            OwnHalf = Role.Swarm };
        var plan = Of(scenario, host, command, name => IsOfSwarm(name)
            && name is not ("swarm.shape" or "swarm.connections"), [new(SwarmSettings.Target.Name, target)]);
        return plan with
        {
            Variants = [plan.Variants[0] with { Expectations = [Alike(ClientWitnesses.Established, Witnesses.ToolOk, "ok-alike",
                $"{tool} counts as ok what the clients' kernel established."), Alike(
                    ClientWitnesses.Failed, Witnesses.ToolFailed, "failed-alike", $"{tool} counts as failed what was refused or given up.")] }],
        };
    }

    private static bool IsOfSwarm(string name) => !name.StartsWith("server.", StringComparison.Ordinal) && name is not ("backlog" or "live_backlog" or "hold");

    private static PlannedExpectation Alike(Witness clients, Witness tool, string id, string claim) => new()
    {
        Id = id,
        Claim = claim,
        Predicted = PredictedRange.AtLeast(0),
        Unit = "connections",
        Witnesses = [clients, tool],
        WitnessesMustAgree = true,
        Because = "how many there are is the load's affair; that both count the same is not",
        Rule = "each iteration is one connect, and its answer is its errno",
        KernelSource = "no kernel's rule",
        Place = "tool",
    };

    private static Plan Of(Scenario scenario, HostFacts host, string command, Func<string, bool> isIts, IEnumerable<KeyValuePair<string, string>> more)
    {
        ArgumentNullException.ThrowIfNull(host);
        scenario = scenario with { Sandbox = host.Sandbox, Phases = [], Hold = Nanoseconds.Zero };
        var sysctls = new LiveSysctls(scenario, host);
        var live = AcceptQueue.LiveBacklog(scenario.Server.Backlog, sysctls.Somaxconn);
        var variant = new VariantPlan
        {
            Name = "",
            Declared = scenario,
            Settings = PlannedSettings.Of(scenario, sysctls, live, workers: 1).Where(pair => isIts(pair.Key))
                .ToImmutableSortedDictionary(StringComparer.Ordinal).AddRange(more),
            LiveBacklog = live,
            Capacity = AcceptQueue.Capacity(live),
            Workers = 1,
            Predictions = [],
            Expectations = [],
            Notes = [],
        };
        return new Plan { Scenario = scenario.Name, Path = "", Claim = scenario.Claim, About = "", Command = command, Host = host, Variants = [variant],
            Lasts = Nanoseconds.Zero };
    }
}
