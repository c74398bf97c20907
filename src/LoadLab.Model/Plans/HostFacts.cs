using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>What the planner knows of the host and of the sandbox before anything runs; written to host.json.</summary>
public sealed record HostFacts
{
    /// <summary>The kernel that will be asked: the host's, or the one that the sandbox boots.</summary>
    public required KernelVersion Kernel { get; init; }

    /// <summary>Machine, e.g. x86_64.</summary>
    public required string Machine { get; init; }

    /// <summary>CPUs that the run may use.</summary>
    public required int Cores { get; init; }

    /// <summary>HZ, how often a second the kernel's timer wheel turns; null: not known.</summary>
    public int? TicksPerSecond { get; init; }

    /// <summary>Soft RLIMIT_NOFILE.</summary>
    public required long NofileSoft { get; init; }

    /// <summary>Hard RLIMIT_NOFILE: what a role can hold at most.</summary>
    public required long NofileHard { get; init; }

    /// <summary>True when the run has root's rights over its kernel: the caller is root, or the kernel is the run's own.</summary>
    public required bool IsRoot { get; init; }

    /// <summary>Where the run will live.</summary>
    public required SandboxKind Sandbox { get; init; }

    /// <summary>How the sandbox is made, e.g. the unshare command line; "" for the host.</summary>
    public required string SandboxCommand { get; init; }

    /// <summary>The sandbox's sysctls as read back inside it after the scenario's own were written; a name that is missing does not exist there.</summary>
    public required ImmutableSortedDictionary<string, string> Sysctls { get; init; }

    /// <summary>
    /// Those that the scenario or a variant of it sets, as they were in the sandbox before: what a variant lives with that does not set them.
    /// </summary>
    public ImmutableSortedDictionary<string, string> SysctlsUntouched { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Sysctls that the sandbox would not take, with the reason as half a sentence.</summary>
    public required ImmutableSortedDictionary<string, string> SysctlsRefused { get; init; }

    /// <summary>Sysctls that the sandbox may write, and whose value the kernel did not take.</summary>
    public ImmutableSortedSet<string> SysctlsOutOfRange { get; init; } = [];

    /// <summary>
    /// net.core.netdev_max_backlog: packets that a processor of the machine queues before TCP gets them; null: not known, or the sandbox has a kernel
    /// of its own.
    /// </summary>
    /// <remarks>Of the whole machine: a network namespace does not show it. Kernel: net/core/dev.c enqueue_to_backlog.</remarks>
    public int? NetdevMaxBacklog { get; init; }

    /// <summary>External server, where one is the scenario's subject.</summary>
    public SubjectFacts? Subject { get; init; }

    /// <summary>.NET's version.</summary>
    public required string Runtime { get; init; }

    /// <summary>LoadLab's version.</summary>
    public required string Version { get; init; }

    /// <summary>Wall-clock time at <see cref="EpochMonotonicNs"/>: the one anchor between the two clocks.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>CLOCK_MONOTONIC at the run's start: moment 0 of every observation.</summary>
    public required long EpochMonotonicNs { get; init; }

    /// <summary>A sysctl as a run of this scenario (or variant) lives with it: its own, else the sandbox's; null when it does not exist there.</summary>
    public string? SysctlOf(Scenario scenario, string name)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return scenario.Sysctls.GetValueOrDefault(name) ?? SysctlsUntouched.GetValueOrDefault(name) ?? Sysctls.GetValueOrDefault(name);
    }
}
