using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>Several swarms and the server that they loaded as one run: counts add, histograms merge, and who died is named.</summary>
/// <remarks>
/// Members have clocks of their own: moments are brought onto the first member's by the time of day at which each one's began, so they are as exact as the machines' clocks agree.
/// Not thread-safe: one thread folds.
/// </remarks>
public sealed class MergedRun
{
    private readonly ImmutableArray<Member> swarms;
    private readonly Member? server;
    private readonly DateTimeOffset epoch;
    private readonly SortedSet<string> gathered = [];
    private readonly Evidence evidence;

    /// <summary>Of at least one swarm.</summary>
    /// <param name="swarms">The swarms.</param>
    /// <param name="server">Their server; null when its folder is not at hand.</param>
    public MergedRun(ImmutableArray<Member> swarms, Member? server)
    {
        (this.swarms, this.server) = (swarms, server);
        var first = All.MinBy(member => member.Plan.Host.Started)!;
        epoch = first.Plan.Host.Started;
        Plan = PlanOf(first.Plan.Host);
        evidence = new Evidence(Plan);
    }

    /// <summary>The plan of all together.</summary>
    public Plan Plan { get; }

    /// <summary>The members, the server first.</summary>
    public IEnumerable<Member> All => server is null ? swarms : swarms.Insert(0, server);

    /// <summary>Takes the next observation of a member, and answers what the merged run has in its place.</summary>
    public Observation Fold(Member member, Observation observation)
    {
        ArgumentNullException.ThrowIfNull(member);
        ArgumentNullException.ThrowIfNull(observation);
        if (observation is ReplicaReady ready)
        {
            gathered.Add(ready.Replica);
        }

        var ours = InMergedTime.Of(observation, Math.Max(0, swarms.IndexOf(member)), new Nanoseconds((member.Plan.Host.Started - epoch).Ticks * 100));
        if (!IsCountedTwice(member, ours))
        {
            evidence.Fold(ours);
        }

        return ours;
    }

    /// <summary>The result, once everything is folded.</summary>
    public RunDocument Document()
    {
        var lost = Lost().ToList();
        var verdict = Judge.Decide(Plan, evidence);
        var duration = All.Max(member => member.Plan.Host.Started + TimeSpan.FromSeconds(member.Run.DurationS)) - epoch;
        var document = RunDocuments.Build(Plan, evidence, verdict, duration, finished: lost.Count == 0, lost.Count == 0 ? null : string.Join("; ", lost.Select(one => one.Sentence)));
        var findings = document.Findings.Select(finding => lost.Count > 0 && finding.Outcome == Outcome.Broken ? finding with { Outcome = Outcome.Inconclusive } : finding).Prepend(Completeness(lost)).ToImmutableArray();
        return document with
        {
            Findings = findings,
            Verdict = findings.Any(finding => finding.Outcome == Outcome.Broken) ? Outcome.Broken : findings.All(finding => finding.Outcome == Outcome.Held) ? Outcome.Held : Outcome.Inconclusive,
            Summary = Sentences(document, lost.Count),
        };
    }

    // Counters and states are a network namespace's, which members may share: they are taken of one, the server where it is there.
    private bool IsCountedTwice(Member member, Observation observation) => member != (server ?? swarms[0])
        && observation.Kind is ObservationKind.CountersSeen or ObservationKind.StatesSeen or ObservationKind.ListenersSeen;

    private IEnumerable<(string Name, string Sentence)> Lost()
    {
        foreach (var member in All.Where(member => !member.Run.Finished))
        {
            yield return (member.Folder, $"{(member.Replica is { } name ? $"swarm {name}" : "the server")} ({member.Folder}) did not finish: {member.Run.Unfinished}");
        }

        foreach (var missing in gathered.Except(swarms.Select(swarm => swarm.Replica!)))
        {
            yield return (missing, $"swarm {missing} was ready at the server, and there is no folder of it");
        }
    }

    private Finding Completeness(List<(string Name, string Sentence)> lost)
    {
        var members = All.Count() + gathered.Except(swarms.Select(swarm => swarm.Replica!)).Count();
        return new Finding
        {
            Id = "members",
            Variant = "",
            Claim = "Everybody who took part has come to its end.",
            Predicted = PredictedRange.Exactly(members),
            Observed = members - lost.Count,
            Unit = "members",
            Outcome = lost.Count == 0 ? Outcome.Held : Outcome.Inconclusive,
            Witnesses = [new WitnessValue("folders.finished", members - lost.Count)],
            KernelSource = "no kernel's rule",
            Rule = "each has a folder that says that it finished",
            Sentence = lost.Count == 0 ? $"merge: all {members} finished" : $"merge: expected {members} members to finish, got {members - lost.Count}; {string.Join("; ", lost.Select(one => one.Sentence))}",
        };
    }

    private string Sentences(RunDocument document, int lost)
    {
        var connections = document.Connections;
        var who = $"{swarms.Length} swarm{(swarms.Length == 1 ? "" : "s")}{(server is null ? "" : " and their server")}";
        var missing = lost == 0 ? "" : $" {lost} of the members {(lost == 1 ? "has" : "have")} not come to the end, so these are the figures seen until then.";
        return $"{who} together: {connections.Attempted} connects, {connections.Established} established, {connections.Failed} failed, {connections.Pending} not answered.{missing}";
    }

    private Plan PlanOf(HostFacts host)
    {
        var declared = swarms[0].Plan.Variants[0];
        var served = server?.Plan.Variants[0];
        var settings = declared.Settings.Remove(SwarmSettings.Replica).SetItem("merge.swarms", swarms.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var variant = declared with
        {
            Declared = declared.Declared with { OwnHalf = server is null ? Role.Swarm : null, Server = served?.Declared.Server ?? declared.Declared.Server },
            Settings = served is null ? settings : settings.SetItems(served.Settings),
            LiveBacklog = served?.LiveBacklog ?? declared.LiveBacklog,
            Capacity = served?.Capacity ?? declared.Capacity,
            Workers = swarms.Length,
            Expectations = server is null ? [] : [Agreement],
        };
        return swarms[0].Plan with { Scenario = "merged", Claim = $"What {swarms.Length} swarms at {swarms[0].Target} did together.", Host = host, Variants = [variant], Command = $"loadlab merge {string.Join(' ', All.Select(member => member.Folder))}" };
    }

    // Two processes that share nothing but the network between them.
    private static PlannedExpectation Agreement { get; } = new()
    {
        Id = "both-ends",
        Claim = "What the swarms' kernels established and the server has not accepted is in its accept queue.",
        Predicted = PredictedRange.AtLeast(0),
        Unit = "connections",
        Witnesses = ["clients.established - server.accepted", "tcp_info.accept-queue.last"],
        WitnessesMustAgree = true,
        Because = "how many there are is the run's affair; that both ends count the same is not",
        Rule = "a connection is established for its client when the server's kernel has put it into the accept queue, and leaves that by accept()",
        KernelSource = "net/ipv4/tcp_minisocks.c tcp_check_req; net/ipv4/inet_connection_sock.c inet_csk_accept",
        Place = "merge",
    };
}
