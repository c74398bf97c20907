using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>What a search for the smallest setting that is enough came to.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<SizingEnd>))]
public enum SizingEnd
{
    /// <summary>One value is enough and its neighbour is not, each confirmed by runs.</summary>
    Exact,

    /// <summary>Between a value that is enough and one that is not, runs of one value differ.</summary>
    Interval,

    /// <summary>The value at the range's end is enough already: the boundary lies outside.</summary>
    WholeRange,

    /// <summary>No value of the range is enough.</summary>
    NotMet,

    /// <summary>A value is enough, and one that should be better is not.</summary>
    NonMonotonic,

    /// <summary>The search did not get to its end: interrupted, or the budget was spent.</summary>
    Unfinished,
}

/// <summary>size.json: the smallest value of a setting with which a condition holds, with the runs on both sides of it.</summary>
public sealed record SizingDocument
{
    /// <summary>Version of this document's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>What was asked for by name (accept-queue, ports, descriptors); "" for a scenario of one's own.</summary>
    public string Target { get => field ?? ""; init; } = "";

    /// <summary>The kernel.</summary>
    public required KernelVersion Kernel { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long it took.</summary>
    public required double DurationS { get; init; }

    /// <summary>The command line that does it again.</summary>
    public required string Command { get; init; }

    /// <summary>The setting.</summary>
    public required string Setting { get; init; }

    /// <summary>What stands behind each value of the setting, such as <c>ms</c>; "" for a number alone.</summary>
    public string Unit { get => field ?? ""; init; } = "";

    /// <summary>The least value that was searched.</summary>
    public required long Low { get; init; }

    /// <summary>The greatest.</summary>
    public required long High { get; init; }

    /// <summary>True when smaller values are the better ones.</summary>
    public bool Falling { get; init; }

    /// <summary>The conditions, all of which have to hold.</summary>
    public required ImmutableArray<string> Conditions { get; init; }

    /// <summary>How the search ended.</summary>
    public required SizingEnd End { get; init; }

    /// <summary>The value nearest to the boundary with which every run held; null: none.</summary>
    public long? Enough { get; init; }

    /// <summary>The value nearest to the boundary with which every run failed; null: none.</summary>
    public long? NotEnough { get; init; }

    /// <summary>The answer in one sentence.</summary>
    public required string Answer { get; init; }

    /// <summary>What the answer rests on, a sentence each.</summary>
    public ImmutableArray<string> Evidence { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Kernel runs that were made, those that could not be used among them.</summary>
    public required int Runs { get; init; }

    /// <summary>Kernel runs that were allowed.</summary>
    public required int Budget { get; init; }

    /// <summary>Each value that was run, in ascending order.</summary>
    public required ImmutableArray<SizingPoint> Points { get; init; }

    /// <summary>Each value that was run with 20 % more load, in ascending order.</summary>
    public ImmutableArray<SizingPoint> PointsWithMore { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>What the kernel model gives, in ascending order of values; empty where it has no rule.</summary>
    public ImmutableArray<SizingPrediction> Model { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The rule in one formula, where there is one.</summary>
    public ClosedForm? ClosedForm { get; init; }

    /// <summary>What is left for more load, a sentence; null where it is not known.</summary>
    public string? Headroom { get; init; }

    /// <summary>What limits the setting, whatever it is set to.</summary>
    public ImmutableArray<string> Caps { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Lines to paste, by the place where they belong.</summary>
    public ImmutableArray<SizingLines> Paste { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>What a person should know beside the figures.</summary>
    public ImmutableArray<string> Notes { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>As an outcome: held when a boundary was found, broken when there is none, inconclusive when the search did not get to its end.</summary>
    [JsonIgnore]
    public Outcome Verdict => End switch
    {
        SizingEnd.Exact or SizingEnd.Interval or SizingEnd.WholeRange => Outcome.Held,
        SizingEnd.NotMet or SizingEnd.NonMonotonic => Outcome.Broken,
        SizingEnd.Unfinished => Outcome.Inconclusive,
    };
}

/// <summary>The runs with one value of the setting.</summary>
/// <param name="Value">The value.</param>
/// <param name="Held">Runs in which all conditions held.</param>
/// <param name="Failed">Runs in which one did not.</param>
/// <param name="Unusable">Runs that could not be used: inconclusive, or not finished.</param>
/// <param name="Quantity">The first condition's quantity in each usable run, in order.</param>
/// <param name="Broke">What broke, in the last run that failed; "" for nothing.</param>
public sealed record SizingPoint(long Value, int Held, int Failed, int Unusable, ImmutableArray<double> Quantity, string Broke)
{
    /// <summary>Runs that count.</summary>
    [JsonIgnore]
    public int Usable => Held + Failed;
}

/// <summary>What the model gives for one value of the setting.</summary>
/// <param name="Value">The value.</param>
/// <param name="Low">The first condition's quantity, at least.</param>
/// <param name="High">At most.</param>
/// <param name="Holds">Whether the conditions hold; null where the rules leave it open.</param>
public sealed record SizingPrediction(long Value, double Low, double High, bool? Holds);

/// <summary>A rule in one formula beside what was measured.</summary>
/// <param name="Formula">The formula in words.</param>
/// <param name="Value">What it gives.</param>
/// <param name="KernelSource">File and function of the kernel.</param>
/// <param name="Agrees">Whether the measured value is the same; null where none was measured.</param>
public sealed record ClosedForm(string Formula, long Value, string KernelSource, bool? Agrees);

/// <summary>Lines for one place.</summary>
/// <param name="Place">The file or command.</param>
/// <param name="Lines">What to paste there.</param>
public sealed record SizingLines(string Place, ImmutableArray<string> Lines);
