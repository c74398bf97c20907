using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Scenarios.Keys;

/// <summary>What a session's steps expect, as expectations like any others: each with its witnesses.</summary>
internal sealed class SessionExpectationList(Scenario scenario)
{
    private const string Because = "the scenario says why: what the kernel picks, or a timer that runs";

    // Their answers are no news: what a step waits, sets or sends is seen in what follows.
    private static readonly HashSet<SessionCall> Unanswered = [SessionCall.Wait, SessionCall.Peer, SessionCall.Sysctl];
    private readonly string session = NameOf(scenario);
    private readonly HashSet<string> open = [];
    private readonly ImmutableArray<Expectation>.Builder made = ImmutableArray.CreateBuilder<Expectation>();
    private int line;

    /// <summary>All so far.</summary>
    public ImmutableArray<Expectation> Made => made.ToImmutable();

    /// <summary>A session's name: its scenario's, without what witnesses' names have a meaning for.</summary>
    public static string NameOf(Scenario scenario) =>
        scenario.Name.Contains('.', StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(scenario.Name).Replace('.', '-') : scenario.Name;

    /// <summary>Adds those of the next step.</summary>
    public void Add(SessionStep step, int atLine)
    {
        line = atLine;
        if (step.As is { } name)
        {
            _ = open.Add(name);
        }

        if (step.Call == SessionCall.Close)
        {
            _ = open.Remove(step.On ?? "");
        }

        AddAnswer(step);
        foreach (var (socket, state) in step.States)
        {
            WitnessTerm[] witnesses =
            [
                Look(SessionWitnesses.Diag, step, socket),
                Look(SessionWitnesses.Proc, step, socket),
                .. open.Contains(socket) && state != TcpStateNames.TimeWait ? (WitnessTerm[])[Look(SessionWitnesses.Info, step, socket)] : [],
            ];
            Add(step, $"state-{socket}", $"{Sentence(step)}{socket} is in {state}.", One(TcpStateNames.NumberOf(state)), witnesses);
        }

        foreach (var (socket, left) in step.Timers)
        {
            Add(step, $"timer-{socket}", $"{Sentence(step)}The timer of {socket} has {left} s left.", left, Look(SessionWitnesses.DiagTimer, step, socket),
                Look(SessionWitnesses.ProcTimer, step, socket));
        }

        if (step.Packets is { } packets)
        {
            Add(step, "packets", $"{Sentence(step)}Segments: {(packets.IsEmpty ? "none" : string.Join(", ", packets))}.", One(packets.Length),
                Look(SessionWitnesses.Segments, step, "all"));
            foreach (var (label, count) in packets.CountBy(label => label))
            {
                Add(step, $"packets-{label.Replace(' ', '-')}", $"{Sentence(step)}{label}.", One(count), Look(SessionWitnesses.Segments, step, label));
            }
        }

        foreach (var (counter, delta) in step.Counters)
        {
            Add(step, $"counter-{counter}", $"{Sentence(step)}{counter} moves by {delta}.", delta, Look(SessionWitnesses.CounterDelta, step, counter));
        }
    }

    private void AddAnswer(SessionStep step)
    {
        var call = EnumWords<SessionCall>.Of(step.Call);
        if (Unanswered.Contains(step.Call))
        {
            return;
        }

        if (step.Blocks)
        {
            Add(step, "blocks", $"{Sentence(step)}{call}() blocks.", One(1), Look(SessionWitnesses.Blocked, step, "yes"));
            return;
        }

        Add(step, "errno", $"{Sentence(step)}{call}() {(step.Errno.IsNone ? "succeeds" : $"fails with {step.Errno.Name}")}.", One(step.Errno.Number),
            Look(SessionWitnesses.ErrnoOf, step, "number"));
        if (step.Returns is { } returns)
        {
            Add(step, "returns", $"{Sentence(step)}{call}() returns {returns}.", returns, Look(SessionWitnesses.Value, step, "number"));
        }

        if (step.Reads is { } text)
        {
            Add(step, "reads", $"{Sentence(step)}{call}() reads '{text}'.", One(1), Look(SessionWitnesses.Reads, step, text));
        }
    }

    private WitnessTerm Look(Witness<SessionLook> witness, SessionStep step, string of) => witness.Of(new SessionLook(session, step.Name, of));

    private static string Sentence(SessionStep step) => step.Says.Length == 0 ? "" : $"{step.Says.TrimEnd('.')}. ";

    private static PredictedRange One(int value) => PredictedRange.Exactly(value);

    private void Add(SessionStep step, string what, string claim, PredictedRange expected, params WitnessTerm[] witnesses) => made.Add(new Expectation
    {
        Id = $"{step.Name}.{what}",
        Claim = claim,
        Expected = StatedValue.Of(expected),
        Witnesses = witnesses,
        Because = expected.IsExact ? null : Because,
        KernelSource = scenario.KernelSource.Length == 0 ? null : scenario.KernelSource,
        DependsOnTime = true,
        Line = line,
    });
}
