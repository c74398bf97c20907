using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Planning.Predictions;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning;

/// <summary>The plan of a server or swarm on its own: its settings on this host, and nothing predicted, since the other half is somebody else's.</summary>
public static class AlonePlan
{
    /// <summary>Of a swarm.</summary>
    /// <param name="swarm">Its load.</param>
    /// <param name="target">Whom it loads.</param>
    /// <param name="replica">Its name.</param>
    /// <param name="host">Where it runs.</param>
    /// <param name="command">How to run it again.</param>
    public static Plan OfSwarm(SwarmSpec swarm, string target, string replica, HostFacts host, string command) => Of(
        new Scenario { Name = "swarm", Path = "", Claim = $"What the clients of {target} saw.", Swarm = swarm },
        host,
        command,
        name => !name.StartsWith("server.", StringComparison.Ordinal) && name is not ("backlog" or "live_backlog" or "hold"),
        [new(SwarmSettings.Target, target), new(SwarmSettings.Replica, replica)]);

    /// <summary>Of a server.</summary>
    public static Plan OfServer(ServerSpec server, HostFacts host, string command) => Of(
        new Scenario { Name = "serve", Path = "", Claim = $"What the server on port {server.Port} saw.", Server = server }, host, command, name => !name.StartsWith("swarm.", StringComparison.Ordinal) && name != "hold", []);

    private static Plan Of(Scenario scenario, HostFacts host, string command, Func<string, bool> isIts, IEnumerable<KeyValuePair<string, string>> more)
    {
        ArgumentNullException.ThrowIfNull(host);
        var sysctls = new LiveSysctls(scenario, host);
        var live = AcceptQueue.LiveBacklog(scenario.Server.Backlog, sysctls.Somaxconn);
        var variant = new VariantPlan
        {
            Name = "",
            Declared = scenario with { Sandbox = host.Sandbox, Phases = [] },
            Settings = PlannedSettings.Of(scenario with { Sandbox = host.Sandbox }, sysctls, live, workers: 1).Where(pair => isIts(pair.Key)).ToImmutableSortedDictionary(StringComparer.Ordinal).AddRange(more),
            LiveBacklog = live,
            Capacity = AcceptQueue.Capacity(live),
            Workers = 1,
            Predictions = [],
            Expectations = [],
            Notes = [],
        };
        return new Plan { Scenario = scenario.Name, Path = "", Claim = scenario.Claim, About = "", Command = command, Host = host, Variants = [variant], Lasts = Nanoseconds.Zero };
    }
}
