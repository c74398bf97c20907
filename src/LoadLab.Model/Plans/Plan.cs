using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>Every number resolved against this host, and every prediction, before the first system call of the run; immutable, written to plan.json.</summary>
public sealed record Plan
{
    /// <summary>Version of this document's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>Its file.</summary>
    public required string Path { get; init; }

    /// <summary>Its claim.</summary>
    public required string Claim { get; init; }

    /// <summary>Its explanation.</summary>
    public required string About { get; init; }

    /// <summary>How to run it again, as a command line.</summary>
    public required string Command { get; init; }

    /// <summary>The host.</summary>
    public required HostFacts Host { get; init; }

    /// <summary>One for an ordinary scenario; several for one that is run with several settings, each in a sandbox of its own, in turn.</summary>
    public required ImmutableArray<VariantPlan> Variants { get; init; }

    /// <summary>How long the phases last at most, all variants together.</summary>
    public required Nanoseconds Lasts { get; init; }
}
