
namespace LoadLab.Model;

/// <summary>A role's process as the conductor, another process, sees it in /proc.</summary>
/// <param name="Role">Who.</param>
/// <param name="Worker">Which.</param>
/// <param name="Cpu">utime + stime of all its threads; in clock ticks of 10 ms (/proc/PID/stat, fs/proc/array.c do_task_stat).</param>
/// <param name="Open">Entries of /proc/PID/fd: descriptors that are installed. One that accept() has reserved while it waits is not among them.</param>
/// <param name="Sockets">Those of them that are sockets.</param>
/// <param name="Soft">Soft RLIMIT_NOFILE, by /proc/PID/limits.</param>
/// <param name="Hard">Hard RLIMIT_NOFILE.</param>
/// <param name="IsStart">True for the look at which its limit was set: later ones count from there.</param>
public sealed record ProcessSeen(Role Role, int Worker, Nanoseconds Cpu, long Open, long Sockets, long Soft, long Hard, bool IsStart = false) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.ProcessSeen(this);
}

/// <summary>Processor time that a role has used by its own clock: CLOCK_PROCESS_CPUTIME_ID.</summary>
public sealed record CpuUsed(Role Role, int Worker, Nanoseconds Cpu) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.CpuUsed(this);
}

/// <summary>What a call of the probe gave, and its limits after it by its own getrlimit(2).</summary>
/// <param name="Step">The step's name.</param>
/// <param name="Call">Which call.</param>
/// <param name="Value">What it returned.</param>
/// <param name="Errno">Its errno; none when it did not fail.</param>
/// <param name="Soft">Soft RLIMIT_NOFILE afterwards.</param>
/// <param name="Hard">Hard RLIMIT_NOFILE afterwards.</param>
public sealed record ProbeAnswered(string Step, ProbeCall Call, long Value, Errno Errno, long Soft, long Hard) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.ProbeAnswered(this);
}

/// <summary>The probe after one of its calls as the conductor sees it: by /proc/PID/limits and by prlimit(2). null: could not be read.</summary>
public sealed record ProbeSeen(string Step, long? ProcSoft, long? ProcHard, long? PrlimitSoft, long? PrlimitHard) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.ProbeSeen(this);
}
