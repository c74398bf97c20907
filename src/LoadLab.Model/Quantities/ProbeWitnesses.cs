using static LoadLab.Model.Units;

namespace LoadLab.Model;

/// <summary>What a step of the probe was answered, and how its process was seen after it.</summary>
public static class ProbeWitnesses
{
    private static readonly WitnessGroup Group = new(Sampler.Probe, WitnessFamily.ProbeCalls, "kernel/sys.c do_prlimit");

    /// <summary>The errno.</summary>
    public static Witness<string> ErrnoOf { get; } = Group.Add(
        "probe.STEP.errno", Parameters.ProbeStep, ErrnoNumber, "The errno of the step's call; 0 for success.");

    /// <summary>The value.</summary>
    public static Witness<string> Value { get; } = Group.Add("probe.STEP.value", Parameters.ProbeStep, Descriptors, "What the step's call returned.");

    /// <summary>Soft limit, by the probe.</summary>
    public static Witness<string> Soft { get; } = Group.Add(
        "probe.STEP.soft", Parameters.ProbeStep, Descriptors, "Soft RLIMIT_NOFILE after the step, by the probe's own getrlimit().", of: WitnessFamily.Limits);

    /// <summary>Hard limit, by the probe.</summary>
    public static Witness<string> Hard { get; } = Group.Add(
        "probe.STEP.hard", Parameters.ProbeStep, Descriptors, "Hard RLIMIT_NOFILE after the step, by the probe's own getrlimit().", of: WitnessFamily.Limits);

    /// <summary>Soft limit, by /proc.</summary>
    public static Witness<string> ProcSoft { get; } = Outside("proc-soft", "Soft RLIMIT_NOFILE after the step, by /proc/PID/limits.");

    /// <summary>Hard limit, by /proc.</summary>
    public static Witness<string> ProcHard { get; } = Outside("proc-hard", "Hard RLIMIT_NOFILE after the step, by /proc/PID/limits.");

    /// <summary>Soft limit, by prlimit.</summary>
    public static Witness<string> PrlimitSoft { get; } = Outside("prlimit-soft", "Soft RLIMIT_NOFILE after the step, by the conductor's prlimit().");

    /// <summary>Hard limit, by prlimit.</summary>
    public static Witness<string> PrlimitHard { get; } = Outside("prlimit-hard", "Hard RLIMIT_NOFILE after the step, by the conductor's prlimit().");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Witness> All => Group.Rows;

    private static Witness<string> Outside(string what, string meaning) =>
        Group.Add($"probe.STEP.{what}", Parameters.ProbeStep, Descriptors, meaning, by: Sampler.PhaseEnds, of: WitnessFamily.Limits);
}
