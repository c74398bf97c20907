using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Planning.Predictions;
using LoadLab.Planning.Rules;
using LoadLab.Scenarios;
using LoadLab.Scenarios.Keys;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Planning;

/// <summary>A scenario written for LoadLab's own server, fitted to somebody else's.</summary>
/// <remarks>
/// The backlog is the subject's own and was seen in a throw-away sandbox, so the rules predict for it what they predict for any. A burst that was to overflow
/// the scenario's queue overflows
/// the subject's by as many. What only LoadLab's own server can say of itself (its own TCP_INFO, what it accepted) has no witness: the kernel and the clients
/// are left.
/// </remarks>
internal static class SubjectPlan
{
    private const string ServerPrefix = "server.";

    /// <summary>The one setting of the server that works with any server: stopped by a signal, a process accepts nothing.</summary>
    private const string Accept = "server.accept";

    /// <summary>The settings that a subject decides for itself.</summary>
    public static IEnumerable<string> ItsOwn => ServerKeys.Table.Keys.Select(key => ServerPrefix + key.Name).Where(name => name != Accept);

    /// <summary>The scenario with the subject's address, port and backlog, and with loads that overflow it by as much; the same when there is no
    /// subject.</summary>
    /// <param name="scenario">As declared.</param>
    /// <param name="tree">What it was read from: a number of connections that the command line asks for stays as it is.</param>
    /// <param name="host">The host, with what was seen of the subject.</param>
    public static Scenario Fit(Scenario scenario, DeclaredMapping tree, HostFacts host)
    {
        if (scenario.Subject is not { } subject || host.Subject is not { } seen)
        {
            return scenario;
        }

        var at = scenario with { Server = scenario.Server with { Address = subject.Address, Port = subject.Port, Backlog = seen.LiveBacklog,
            Listeners = seen.Listeners, ReusePort = seen.Listeners > 1 } };
        if (tree.Find("swarm")?.Value is DeclaredMapping swarm && swarm.Find("connections") is { Place.Line: Place.CommandLine })
        {
            return at;
        }

        var declared = AcceptQueue.Capacity(AcceptQueue.LiveBacklog(scenario.Server.Backlog, new LiveSysctls(scenario, host).Somaxconn)) * (
            long)scenario.Server.Listeners;
        var found = AcceptQueue.Capacity(seen.LiveBacklog) * (long)seen.Listeners;
        return at with
        {
            Swarm = Fit(scenario.Swarm, declared, found),
            Phases = [.. scenario.Phases.Select(phase => phase.Action is LoadAction load
                ? phase with { Action = load with { Swarm = Fit(load.Swarm, declared, found) } } : phase)],
        };
    }

    /// <summary>The witnesses that there are: of a subject, those that do not come from LoadLab's own server.</summary>
    public static IReadOnlyList<WitnessTerm> Fit(IEnumerable<WitnessTerm> witnesses, Scenario scenario) =>
        [.. witnesses.Where(term => scenario.Subject is null || !term.Asked.Any(one => one.IsSaidByServer))];

    /// <summary>True when the expectation can be asked of this server; where not, and a person should know, why.</summary>
    public static bool IsAsked(Expectation expectation, Scenario scenario, out string? why)
    {
        why = scenario.Subject is null ? null
            : expectation.Of == ExpectedOf.OwnServer ? "it depends on what else a server opens and does"
            : expectation.Variant is { } variant ? $"it is about what variant '{variant}' makes of LoadLab's own server"
            : null;
        return why is null && (scenario.Subject is not null || expectation.Of != ExpectedOf.Subject);
    }

    /// <summary>The variants that differ in more than what a subject decides for itself: of those that do not, the first.</summary>
    public static IEnumerable<VariantDraft> Distinct(DeclaredScenario declared) => declared.Base.Subject is null
        ? declared.Drafts
        : declared.Drafts.DistinctBy(draft => string.Join('\n',
            draft.Settings.Where(setting => !ItsOwn.Contains(setting.Name)).Select(setting => $"{setting.Name}={setting.Value.Words}")));

    /// <summary>A sentence on the variants that are not run.</summary>
    public static IEnumerable<string> LeftOut(DeclaredScenario declared)
    {
        string[] left = [.. declared.Drafts.Except(Distinct(declared)).Select(draft => $"'{draft.Name}'")];
        return left.Length == 0 ? [] : [$"left out, since they change LoadLab's own server and not the subject: {string.Join(", ", left)}"];
    }

    private static SwarmSpec Fit(SwarmSpec swarm, long declared, long found) => swarm.Shape == LoadShape.Burst && swarm.Connections > declared
        ? swarm with { Connections = (int)Math.Clamp(swarm.Connections - declared + found, 1, int.MaxValue) }
        : swarm;
}
