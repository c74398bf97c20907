namespace LoadLab.Model;

/// <summary>
/// What the outer process hands to the conductor inside the sandbox once that one is <see cref="LabReady"/>: the first line on its standard input. A
/// second line, "stop", ends the run early; end of input ends it at once.
/// </summary>
public sealed record LabOrder
{
    /// <summary>What to run.</summary>
    public required VariantPlan Variant { get; init; }

    /// <summary>Where it runs.</summary>
    public required SandboxKind Sandbox { get; init; }

    /// <summary>CLOCK_MONOTONIC of the sandbox's kernel at the run's start; negative when that kernel was booted later.</summary>
    public required long EpochMonotonicNs { get; init; }

    /// <summary>How long the phases last at most, as planned; a run that takes much longer is taken to hang.</summary>
    public Nanoseconds Lasts { get; init; }

    /// <summary>Where the outer process is: a conductor that cannot prove that it is elsewhere has no sandbox and changes nothing.</summary>
    public required NamespaceIdentity Starter { get; init; }

    /// <summary>The file that the packet tap writes, as seen inside the sandbox; null: no tap.</summary>
    public string? TracePath { get; init; }

    /// <summary>The file that takes what the scenario's subject says, as seen inside the sandbox; null: it is not kept.</summary>
    public string? SubjectLogPath { get; init; }

    /// <summary>Low end of the sandbox's ephemeral range.</summary>
    public required int PortRangeLow { get; init; }

    /// <summary>High end of the sandbox's ephemeral range.</summary>
    public required int PortRangeHigh { get; init; }
}
