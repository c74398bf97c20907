using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Scenarios.Keys;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios;

/// <summary>
/// One run of a scenario: its name ("" for the only one) and the scenario with what it sets. Values that only a plan can know are as in the scenario
/// without variants.
/// </summary>
public sealed record ScenarioVariant(string Name, Scenario Scenario);

/// <summary>A scenario file as read and checked, with the settings of the command line: what a plan is made from.</summary>
public sealed record DeclaredScenario
{
    internal DeclaredScenario(Scenario scenario, DeclaredMapping tree, ImmutableArray<VariantDraft> drafts, ImmutableArray<ScenarioVariant> variants,
        bool isOverridden, ImmutableArray<string> contradicted)
    {
        Base = scenario;
        Tree = tree;
        Drafts = drafts;
        Variants = variants;
        IsOverridden = isOverridden;
        Contradicted = contradicted;
    }

    /// <summary><c>mechanism/claim</c>, or the path of a file that is not the repository's.</summary>
    public string Name => Base.Name;

    /// <summary>The file.</summary>
    public string Path => Base.Path;

    /// <summary>The scenario without variants.</summary>
    public Scenario Base { get; }

    /// <summary>What is run, in turn: at least one.</summary>
    public ImmutableArray<ScenarioVariant> Variants { get; }

    /// <summary>True when the command line changed it: it is no longer quite what its author's expectations are about.</summary>
    public bool IsOverridden { get; }

    /// <summary>Settings that the file states and the command line changed: what a value that the author states was about is no longer so.</summary>
    public ImmutableArray<string> Contradicted { get; }

    /// <summary>The name that it was asked for, where an older version had it; null: the name is the one asked for.</summary>
    public string? FormerName { get; init; }

    /// <summary>The file's values, for variants that only a plan can resolve.</summary>
    internal DeclaredMapping Tree { get; }

    /// <summary>The variants as declared; empty when there is only the one.</summary>
    internal ImmutableArray<VariantDraft> Drafts { get; }
}
