using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>One place where a diagnosis's condition is true.</summary>
/// <param name="About">Which thing.</param>
/// <param name="Happened">What happened, in sentences with figures.</param>
public sealed record Symptom(string About, string Happened);

/// <summary>A row of the catalogue: one thing that goes wrong, how it is known, what it means and how to fix it.</summary>
public sealed record Diagnosis
{
    /// <summary>Its name, used in documents, alerts and links.</summary>
    public required string Id { get; init; }

    /// <summary>How much it matters.</summary>
    public required Severity Severity { get; init; }

    /// <summary>What goes wrong, in one short sentence without figures.</summary>
    public required string Title { get; init; }

    /// <summary>The condition in words, with what it excludes.</summary>
    public required string When { get; init; }

    /// <summary>The condition: every place where it is true, with its figures. Pure.</summary>
    public required Func<Facts, IEnumerable<Symptom>> Finds { get; init; }

    /// <summary>What it means.</summary>
    public required string Means { get; init; }

    /// <summary>How to fix it; "" where nothing needs a cure.</summary>
    public string Cure { get; init; } = "";

    /// <summary>File and function of the kernel.</summary>
    public required string KernelSource { get; init; }

    /// <summary>The scenario that shows it; null when none does.</summary>
    public string? Scenario { get; init; }

    /// <summary>Rows whose symptom this one is a cause of: a report tells them together.</summary>
    public ImmutableArray<string> Explains { get; init; } = [];

    /// <summary>Rows that have nothing to add where this one speaks.</summary>
    public ImmutableArray<string> Replaces { get; init; } = [];

    /// <summary>Witnesses that this moves although their names say something else: said beside a finding that they broke.</summary>
    public ImmutableArray<Witness> Moves { get; init; } = [];

    /// <summary>What <c>drop_path</c> calls it; null for a row that is no drop path.</summary>
    public string? DropPath { get; init; }

    /// <summary>Its packets; null for a row that is no drop path.</summary>
    public Func<DropFacts, ulong>? Packets { get; init; }

    /// <summary>The row with what was seen.</summary>
    public IEnumerable<Diagnosed> Of(Facts facts) =>
        Finds(facts).Select(symptom => new Diagnosed(Id, Severity, symptom.About, symptom.Happened, Means, Cure, KernelSource, Scenario));
}
