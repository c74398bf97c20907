using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>What <c>loadlab inspect</c> saw of a machine as it is, at one moment, and what that means.</summary>
public sealed record Inspection
{
    /// <summary>The document's version.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>When it looked, by the wall clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The kernel.</summary>
    public required KernelVersion Kernel { get; init; }

    /// <summary>The machine; null where a process or a port was asked for.</summary>
    public MachineView? Machine { get; init; }

    /// <summary>The process that was asked for.</summary>
    public ProcessView? Process { get; init; }

    /// <summary>The port that was asked for.</summary>
    public PortView? Port { get; init; }

    /// <summary>What is wrong, what could not be seen, and what is worth knowing, in this order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ImmutableArray<Remark> Remarks { get; init; } = [];

    /// <summary>Broken when something is wrong; inconclusive when nothing is and something that was asked for could not be seen; else held.</summary>
    public Outcome Verdict { get; init; }
}

/// <summary>One sentence about what was seen.</summary>
/// <param name="Outcome">Broken: this is wrong. Inconclusive: this could not be seen. Held: worth knowing.</param>
/// <param name="About">What it is about, e.g. <c>TcpExt.ListenDrops</c> or <c>accept queue</c>.</param>
/// <param name="Sentence">What it means.</param>
/// <param name="Scenario">The scenario that reproduces it; null when none does.</param>
/// <param name="Diagnosis">The row of the catalogue that it is.</param>
public sealed record Remark(Outcome Outcome, string About, string Sentence, string? Scenario = null, string? Diagnosis = null);

/// <summary>How much of something bounded is taken.</summary>
/// <param name="Used">Now.</param>
/// <param name="Limit">At most; null when it cannot be read.</param>
public readonly record struct Usage(long Used, long? Limit)
{
    /// <summary>Used of the limit, 0 to 1 and beyond; 0 where there is no limit.</summary>
    [JsonIgnore]
    public double Share => Limit is > 0 and var limit ? (double)Used / limit : 0;
}
