using static LoadLab.Model.Units;

namespace LoadLab.Model;

/// <summary>
/// The roles' processes, by their own word and by another process's look into /proc. Of several swarm workers the sum, of their limits the largest.
/// </summary>
public static class ProcessWitnesses
{
    private const string Limit = "kernel/sys.c do_prlimit";
    private const string Time = "kernel/sched/cputime.c cputime_adjust";
    private static readonly WitnessGroup Own = new(Sampler.Own, WitnessFamily.DescriptorTable, "fs/proc/fd.c proc_readfd_common");
    private static readonly WitnessGroup Proc = new(Sampler.PhaseEnds, WitnessFamily.DescriptorTable, "fs/proc/fd.c proc_readfd_common");

    /// <summary>Open descriptors, by the process.</summary>
    public static Witness<Role> OwnOpen { get; } = Own.Add("descriptors.ROLE.open", Parameters.Role, Descriptors, "Open descriptors, by the process itself.");

    /// <summary>Soft limit, by the process.</summary>
    public static Witness<Role> OwnSoft { get; } = Own.Add(
        "descriptors.ROLE.soft", Parameters.Role, Descriptors, "Soft RLIMIT_NOFILE, by the process itself.", of: WitnessFamily.Limits, source: Limit);

    /// <summary>Hard limit, by the process.</summary>
    public static Witness<Role> OwnHard { get; } = Own.Add(
        "descriptors.ROLE.hard", Parameters.Role, Descriptors, "Hard RLIMIT_NOFILE, by the process itself.", of: WitnessFamily.Limits, source: Limit);

    /// <summary>Processor time, by the process.</summary>
    public static Witness<Role> OwnCpu { get; } = Own.Add(
        "cpu.ROLE", Parameters.Role, Seconds, "Processor time since the phase began, by the process's own clock.", of: WitnessFamily.Scheduler,
        source: "kernel/time/posix-cpu-timers.c cpu_clock_sample_group");

    /// <summary>Open descriptors.</summary>
    public static Witness<Role> Open { get; } = Proc.Add("proc.ROLE.open", Parameters.Role, Descriptors, "Open descriptors, by /proc/PID/fd.");

    /// <summary>Sockets gained.</summary>
    public static Witness<Role> Gained { get; } = Proc.Add(
        "proc.ROLE.gained", Parameters.Role, Connections, "Sockets more than when its limit was set, by /proc/PID/fd.");

    /// <summary>Descriptors with the sockets gained.</summary>
    public static Witness<Role> Filled { get; } = Proc.Add(
        "proc.ROLE.filled", Parameters.Role, Descriptors, "Open descriptors when its limit was set, and the sockets gained since.");

    /// <summary>Descriptors gained.</summary>
    public static Witness<Role> Taken { get; } = Proc.Add(
        "proc.ROLE.taken", Parameters.Role, Descriptors, "Descriptors more than when its limit was set, by /proc/PID/fd.");

    /// <summary>Soft limit.</summary>
    public static Witness<Role> Soft { get; } = Proc.Add(
        "proc.ROLE.soft", Parameters.Role, Descriptors, "Soft RLIMIT_NOFILE, by /proc/PID/limits.", of: WitnessFamily.Limits, source: Limit);

    /// <summary>Hard limit.</summary>
    public static Witness<Role> Hard { get; } = Proc.Add(
        "proc.ROLE.hard", Parameters.Role, Descriptors, "Hard RLIMIT_NOFILE, by /proc/PID/limits.", of: WitnessFamily.Limits, source: Limit);

    /// <summary>Processor time.</summary>
    public static Witness<Role> Cpu { get; } = Proc.Add(
        "proc.ROLE.cpu", Parameters.Role, Seconds, "Processor time since the phase began, by /proc/PID/stat.", of: WitnessFamily.Scheduler, source: Time);

    /// <summary>Those that the conductor has to look for in /proc.</summary>
    public static IReadOnlyList<Witness> OfProc => Proc.Rows;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Witness> All => [.. Own.Rows, .. Proc.Rows];
}
