using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>One scenario of a suite: how it came out, and where its results are.</summary>
public sealed record SuiteRun
{
    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>Its claim.</summary>
    public required string Claim { get; init; }

    /// <summary>How it came out; inconclusive when it was not run.</summary>
    public required Outcome Verdict { get; init; }

    /// <summary>How long it took, in seconds; 0 when it was not run.</summary>
    public double DurationS { get; init; }

    /// <summary>Its folder below the suite's; null when it was not run.</summary>
    public string? Folder { get; init; }

    /// <summary>What happened and what it means; "" when it was not run.</summary>
    public string Summary { get => field ?? ""; init; } = "";

    /// <summary>Why it was not run; null when it was.</summary>
    public string? NotRun { get; init; }
}

/// <summary>Several scenarios with one verdict: suite.json, and what <c>loadlab run A B --json</c> writes.</summary>
public sealed record SuiteDocument
{
    /// <summary>Version of this document's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>How to run it again, as a command line.</summary>
    public required string Command { get; init; }

    /// <summary>When it began, by the wall clock.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public required double DurationS { get; init; }

    /// <summary>How many runs went on at once, at most.</summary>
    public required int Parallel { get; init; }

    /// <summary>False when it was interrupted.</summary>
    public required bool Finished { get; init; }

    /// <summary>The scenarios, in the order in which they were asked for.</summary>
    public required ImmutableArray<SuiteRun> Runs { get; init; }

    /// <summary>The worst of all: broken when one is, inconclusive when one is or it was interrupted.</summary>
    public Outcome Verdict =>
        Runs.Any(run => run.Verdict == Outcome.Broken) ? Outcome.Broken
        : !Finished || Runs.Any(run => run.Verdict == Outcome.Inconclusive) ? Outcome.Inconclusive
        : Outcome.Held;

    /// <summary>How many came out how: <c>11 held, 1 broken, 1 not run</c>.</summary>
    [JsonIgnore]
    public string Tally => string.Join(", ",
    [
        .. Runs.Where(run => run.NotRun is null).CountBy(run => run.Verdict).OrderBy(pair => pair.Key)
            .Select(pair => $"{pair.Value} {EnumWords<Outcome>.Of(pair.Key)}"),
        .. Runs.Count(run => run.NotRun is not null) is > 0 and var left ? new[] { $"{left} not run" } : [],
    ]);
}
