namespace LoadLab.Cli.Tests;

/// <summary>Where a row of the catalogue of diagnoses is provoked on the live kernel, and where, as near as can be, it must stay silent; or why it cannot be
/// provoked here.</summary>
internal sealed record LiveRow
{
    /// <summary>The situation that provokes it: a run of this folder, or an inspection.</summary>
    public string? Hit { get; private init; }

    /// <summary>The shipped scenario that provokes it: its run is made, and looked at, by <see cref="ScenarioRunTests"/> or <see
    /// cref="KernelSandboxTests"/>.</summary>
    public string? Shipped { get; private init; }

    /// <summary>The near miss.</summary>
    public string? Miss { get; private init; }

    /// <summary>Why it cannot be provoked; null where it can.</summary>
    public string? WhyNot { get; private init; }

    public static LiveRow In(string hit, string miss) => new() { Hit = hit, Miss = miss };

    public static LiveRow InShipped(string scenario, string miss) => new() { Shipped = scenario, Miss = miss };

    public static LiveRow Never(string why) => new() { WhyNot = why };
}
