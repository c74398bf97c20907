using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>Several swarms and the server that they loaded as one run: counts add, histograms merge, and who died is named.</summary>
/// <remarks>
/// Members have clocks of their own: moments are brought onto the first member's by the time of day at which each one's began, so they are as exact as the
/// machines' clocks agree.
/// Not thread-safe: one thread folds.
/// </remarks>
public sealed class MergedRun
{
    private const string Name = "merged";
    private const string Members = "members";
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

    /// <summary>The plan of all together; what it predicts of both ends is complete once <see cref="Document"/> was called.</summary>
    public Plan Plan { get; private set; }

    /// <summary>The members, the server first.</summary>
    public IEnumerable<Member> All => server is null ? swarms : swarms.Insert(0, server);

    /// <summary>True for the plan of a merged run.</summary>
    public static bool IsPlanOf(Plan plan) => plan?.Scenario == Name;

    /// <summary>A merged run that was judged again from its own folder: who took part and who was lost is known from the members' folders alone, so that is
    /// kept as it was found.</summary>
    /// <param name="judged">What its observations say.</param>
    /// <param name="merged">What it said when it was merged.</param>
    public static RunDocument Again(RunDocument judged, RunDocument merged)
    {
        ArgumentNullException.ThrowIfNull(judged);
        ArgumentNullException.ThrowIfNull(merged);
        return WithMembers(judged, [.. merged.Findings.Where(finding => finding.Id == Members)], merged.Summary);
    }

    /// <summary>Takes the next observation of a member, and answers what the merged run has in its place; null: nothing, since another member tells the
    /// same.</summary>
    public Observation? Fold(Member member, Observation observation)
    {
        ArgumentNullException.ThrowIfNull(member);
        ArgumentNullException.ThrowIfNull(observation);
        if (observation is ReplicaReady ready)
        {
            gathered.Add(ready.Replica);
        }

        var ours = MergeTimeline.Of(observation, Math.Max(0, swarms.IndexOf(member)), new Nanoseconds((member.Plan.Host.Started - epoch).Ticks * 100));
        if (IsCountedTwice(member, ours))
        {
            return null;
        }

        evidence.Fold(ours);
        return ours;
    }

    /// <summary>The result, once everything is folded.</summary>
    public RunDocument Document()
    {
        var lost = Lost().ToList();
        if (server is not null)
        {
            Plan = Plan with { Variants = [Plan.Variants[0] with { Expectations = [Agreement(evidence.Variants[0])] }] };
        }

        var verdict = Judge.Decide(Plan, evidence);
        var duration = All.Max(member => member.Plan.Host.Started + TimeSpan.FromSeconds(member.Run.DurationS)) - epoch;
        var document = RunDocuments.Build(Plan, evidence, verdict, duration, finished: lost.Count == 0, lost.Count == 0 ? null
            : string.Join("; ", lost.Select(one => one.Sentence)));
        return WithMembers(document, [Completeness(lost)], Sentences(document, lost.Count));
    }

    // Where a member is lost, what the others saw is not all there was: no prediction is called broken by it.
    private static RunDocument WithMembers(RunDocument document, ImmutableArray<Finding> members, string summary)
    {
        var isWhole = members.All(finding => finding.Outcome == Outcome.Held);
        ImmutableArray<Finding> findings = [.. members,
            .. document.Findings.Select(finding => !isWhole && finding.Outcome == Outcome.Broken ? finding with { Outcome = Outcome.Inconclusive } : finding)];
        return document with
        {
            Findings = findings,
            Verdict = findings.Any(finding => finding.Outcome == Outcome.Broken) ? Outcome.Broken : findings.All(finding => finding.Outcome == Outcome.Held)
                ? Outcome.Held : Outcome.Inconclusive,
            Summary = summary,
        };
    }

    // Counters and states are a network namespace's, which members may share: they are taken of one, the server where it is there.
    private bool IsCountedTwice(Member member, Observation observation) => member != (server ?? swarms[0])
        && observation is CountersSeen or StatesSeen or ListenersSeen;

    private IEnumerable<(string Name, string Sentence)> Lost()
    {
        foreach (var member in All.Where(member => !member.Run.Finished))
        {
            yield return (member.Folder,
                $"{(member.Replica is { } name ? $"swarm {name}" : "the server")} ({member.Folder}) did not finish: {member.Run.Unfinished}");
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
            Id = Members,
            Variant = "",
            Claim = "Everybody who took part has come to its end.",
            Predicted = PredictedRange.Exactly(members),
            Observed = members - lost.Count,
            Unit = "members",
            Outcome = lost.Count == 0 ? Outcome.Held : Outcome.Inconclusive,
            Witnesses = [new WitnessValue("folders.finished", members - lost.Count)],
            KernelSource = "no kernel's rule",
            Rule = "each has a folder that says that it finished",
            Sentence = lost.Count == 0 ? $"merge: all {members} finished"
                : $"merge: expected {members} members to finish, got {members - lost.Count}; {string.Join("; ", lost.Select(one => one.Sentence))}",
        };
    }

    private string Sentences(RunDocument document, int lost)
    {
        var connections = document.Connections;
        var who = $"{swarms.Length} swarm{(swarms.Length == 1 ? "" : "s")}{(server is null ? "" : " and their server")}";
        var missing = lost == 0 ? ""
            : $" {lost} of the members {(lost == 1 ? "has" : "have")} not come to the end, so these are the figures observed before that.";
        return $"{who} together: {connections.Attempted} connects, {connections.Established} established, {connections.Failed} failed, "
            + $"{connections.Pending} not answered.{missing}";
    }

    private Plan PlanOf(HostFacts host)
    {
        var declared = swarms[0].Plan.Variants[0];
        var served = server?.Plan.Variants[0];
        var settings = declared.Settings.Remove(SwarmSettings.Replica)
            .SetItem("merge.swarms", swarms.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var variant = declared with
        {
            Declared = declared.Declared with { OwnHalf = server is null ? Role.Swarm : null, Server = served?.Declared.Server ?? declared.Declared.Server },
            Settings = served is null ? settings : settings.SetItems(served.Settings),
            LiveBacklog = served?.LiveBacklog ?? declared.LiveBacklog,
            Capacity = served?.Capacity ?? declared.Capacity,
            Workers = swarms.Length,
            Expectations = [],
        };
        return swarms[0].Plan with { Scenario = Name, Claim = $"What {swarms.Length} swarms at {swarms[0].Target} did together.", Host = host,
            Variants = [variant], Command = $"loadlab merge {string.Join(' ', All.Select(member => member.Folder))}" };
    }

    // Two processes that share nothing but the network between them. A client is established by the SYN-ACK; the server's kernel needs the final ACK and a
    // place in the queue for it.
    private static PlannedExpectation Agreement(VariantEvidence seen)
    {
        var missing = new WitnessTerm(new(ClientWitnesses.Established), WitnessSign.Minus, new(ServerWitnesses.Accepted));
        var queued = seen.Ask(ListenerWitnesses.TcpInfo.Total).Value ?? 0;
        var halfOpen = seen.Ask(new(KernelWitnesses.ServerState.Of("SYN-RECV"))).Value ?? 0;
        var ignored = Math.Max(0, (seen.Ask(ListenerWitnesses.SockDiag.Drops).Value ?? 0) - (seen.Final.Counters.Delta(Counter.ListenOverflows) ?? 0));
        var isExact = halfOpen + ignored == 0;
        return new()
        {
            Id = "both-ends",
            Claim = isExact ? "What the swarms' kernels established and the server has not accepted is in its accept queue."
                : "What the swarms' kernels established and the server has not accepted is in its accept queue, or half-open there since its final ACK was "
                + "ignored.",
            Predicted = new PredictedRange(queued, queued + halfOpen + ignored),
            Unit = "connections",
            Witnesses = [missing, ListenerWitnesses.TcpInfo.Total],
            WitnessesMustAgree = isExact,
            Because = isExact ? null
                : $"{TextFormat.Count((ulong)halfOpen, "request")} half-open at the end, and the listener ignored "
                + $"{TextFormat.Count((ulong)ignored, "final ACK")}: their clients may be connected",
            Rule = "a connection is established for its client by the SYN-ACK, and for the server when the final ACK finds a place in the accept queue; it "
                + "leaves that by accept()",
            KernelSource = "net/ipv4/tcp_minisocks.c tcp_check_req; net/ipv4/inet_connection_sock.c inet_csk_accept",
            Place = "merge",
        };
    }
}
