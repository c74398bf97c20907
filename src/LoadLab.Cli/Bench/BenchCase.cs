using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Cli;

/// <summary>
/// One bench: our scenario, and what of it is counted against the same mode of the C program, or against the same scenario with other settings.
/// </summary>
/// <param name="Name">Its name; also the C program's mode.</param>
/// <param name="Unit">What is counted, a second.</param>
/// <param name="Counted">The witness that counts ours.</param>
/// <param name="About">A sentence for the help.</param>
internal sealed record BenchCase(string Name, string Unit, Witness Counted, string About)
{
    /// <summary>Each bench there is.</summary>
    public static IReadOnlyList<BenchCase> All { get; } =
    [
        new("churn", "connections/s", ClientWitnesses.Established, "connections opened, accepted and reset, with all recording on but the packet tap"),
        new("failures", "failures/s", ClientWitnesses.Failed, "connects that fail with EADDRNOTAVAIL once a range of 1,000 ports is full"),
        new("ports", "ports/s", ClientWitnesses.Established,
            "each port of the default range bound, connected and held, from the first connect to the last, with all recording on but the packet tap")
        {
            Lasting = ClientWitnesses.Latency.Of("max"),
            ReferenceIs = "a C program: blocking sockets, two client processes, no accept(), in a namespace of its own; ours without warm-up",
        },
        new("instruments", "connections/s", ClientWitnesses.Established, "the churn with packet tap and sampling on, against the same with both off")
        {
            Scenario = "churn",
            Ours = [("trace", "true")],
            Reference = [("trace", "false"), ("sampling", "false")],
            ReferenceIs = "the same churn with packet tap and sampling off",
        },
    ];

    /// <summary>The scenario's resource, without its ending.</summary>
    public string Scenario { get; init; } = Name;

    /// <summary>Settings of ours that the scenario does not have.</summary>
    public ImmutableArray<(string Name, string Value)> Ours { get; init; } = [];

    /// <summary>Settings by which the reference differs from ours; none: the reference is the C program.</summary>
    public ImmutableArray<(string Name, string Value)> Reference { get; init; } = [];

    /// <summary>
    /// The witness that says how long the counted phase took, from its first intended connect; null: what is counted between two phases' ends lasts
    /// as long as the C program.
    /// </summary>
    public WitnessRef? Lasting { get; init; }

    /// <summary>What the reference is, for people; null: the C program.</summary>
    public string? ReferenceIs { get; init; }
}
