using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>From a claim's findings and what was seen to how it came out, in words.</summary>
public static class ClaimJudge
{
    private static readonly Dictionary<Witness, string> Names = new()
    {
        [SessionWitnesses.ErrnoOf] = "system call",
        [SessionWitnesses.Value] = "system call",
        [SessionWitnesses.Blocked] = "system call",
        [SessionWitnesses.Reads] = "system call",
        [SessionWitnesses.Diag] = "sock_diag",
        [SessionWitnesses.DiagTimer] = "sock_diag",
        [SessionWitnesses.Proc] = "/proc/net/tcp",
        [SessionWitnesses.ProcTimer] = "/proc/net/tcp",
        [SessionWitnesses.Info] = "TCP_INFO",
        [SessionWitnesses.Segments] = "packets",
        [SessionWitnesses.CounterDelta] = "counters",
    };

    /// <summary>How a claim came out by its findings.</summary>
    /// <param name="findings">All of the claim.</param>
    /// <param name="nuance">True when the claim has a qualification.</param>
    public static ClaimOutcome Outcome(IReadOnlyCollection<Finding> findings, bool nuance)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return findings.Any(finding => finding.Outcome == Model.Outcome.Broken) ? ClaimOutcome.Broken
            : findings.Count == 0 || findings.Any(finding => finding.Outcome == Model.Outcome.Inconclusive) ? ClaimOutcome.Inconclusive
            : nuance ? ClaimOutcome.Nuanced
            : ClaimOutcome.Held;
    }

    /// <summary>Who was asked how often, and agreed how often.</summary>
    public static ImmutableArray<ClaimWitness> Asked(IReadOnlyCollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return
        [
            .. findings.SelectMany(finding => finding.Witnesses.Select(witness =>
                (Name: NameOf(witness), Agrees: witness.Value is { } value && finding.Predicted.Contains(value))))
                .GroupBy(one => one.Name).Select(group => new ClaimWitness(group.Key, group.Count(), group.Count(one => one.Agrees))),
        ];
    }

    /// <summary>What was seen at the steps of a session, in words.</summary>
    /// <param name="session">The session.</param>
    /// <param name="evidence">What was seen.</param>
    public static string Observed(Session session, VariantEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(evidence);
        var words = session.Steps.Where(TellsSomething)
            .Select(step => (Step: step, Seen: evidence.Final.Sessions.Of(session.Name, step.Name)))
            .Where(one => one.Seen is not null).Select(one => Words(one.Step, one.Seen!));
        return string.Join("; ", words);
    }

    /// <summary>Why a session did not get to its end; null when it did.</summary>
    public static string? Problem(Session session, VariantEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(evidence);
        return evidence.Final.Sessions.Problem(session.Name);
    }

    /// <summary>How long a session took.</summary>
    public static double TookS(Session session, VariantEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(evidence);
        return Math.Round(evidence.Final.Sessions.Took(session.Name).Seconds, 3);
    }

    private static bool TellsSomething(SessionStep step) =>
        step.States.Count + step.Timers.Count + step.Counters.Count > 0 || step.Packets is not null || step.Blocks || step.Returns is not null
        || step.Reads is not null || !step.Errno.IsNone;

    private static string Words(SessionStep step, StepSeen seen)
    {
        var call = step.Call switch
        {
            SessionCall.Peer => step.Send is { } sent ? $"{step.On} sends {EnumWords<SessionSegment>.Of(sent).ToUpperInvariant()}" : $"{step.On}",
            SessionCall.Wait => step.Wait > Nanoseconds.Zero ? $"after {step.Wait}" : "later",
            SessionCall.Returned => $"{step.Of}() then",
            _ => $"{EnumWords<SessionCall>.Of(step.Call)}()",
        };
        string[] parts =
        [
            Answer(step, seen),
            .. step.States.Keys.Select(name => $"{name} {seen.Sockets.FirstOrDefault(socket => socket.Name == name)?.State ?? "not seen"}"),
            .. step.Timers.Keys.Select(name => seen.Sockets.FirstOrDefault(socket => socket.Name == name)?.DiagTimerS is { } left
                ? $"timer of {name} {left:0.#} s" : $"no timer of {name}"),
            step.Packets is null ? "" : seen.Packets.IsEmpty ? "no segment" : $"segments {string.Join(", ", seen.Packets)}",
            .. step.Counters.Keys.Select(name => $"{name} +{seen.Counters.GetValueOrDefault(name)}"),
        ];
        return $"{call}: {string.Join(", ", parts.Where(part => part.Length > 0))}";
    }

    private static string Answer(SessionStep step, StepSeen seen) =>
        seen.Blocked ? "blocks"
        : !seen.Errno.IsNone ? seen.Errno.Name
        : step.Reads is not null ? $"'{seen.Text}'"
        : step.Returns is not null ? $"{seen.Value}"
        : "";

    private static string NameOf(WitnessValue witness) =>
        witness.Term is { } term && Names.TryGetValue(term.First.Witness, out var name) ? name : witness.Name.Split('.')[0];
}
