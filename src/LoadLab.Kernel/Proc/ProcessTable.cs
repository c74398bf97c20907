using System.Globalization;
using System.Text;
using LoadLab.Kernel.Abi;
using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>The processes of this pid namespace, by listing /proc, and signals to them.</summary>
/// <remarks>Source: proc_pid_stat(5) for the state, signal(7).</remarks>
public static class ProcessTable
{
    private const string PlacesLine = "FDSize:";
    private const char Stopped = 'T';
    private const char Zombie = 'Z';

    /// <summary>True when /proc shows this process's own pid namespace; a sandbox that could not mount one has its host's.</summary>
    public static bool IsOurs => new FileInfo("/proc/self").LinkTarget == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    /// <summary>Pids of programs: neither kernel threads nor zombies, which have no command line.</summary>
    public static IEnumerable<int> Programs() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0 && IsProgram(pid));

    /// <summary>Its name (comm), at most 15 bytes; null when there is no such process.</summary>
    /// <remarks>Kernel: fs/proc/base.c comm_show; proc_pid_comm(5). Any process may read it, unless /proc is mounted with hidepid.</remarks>
    public static string? NameOf(int pid) => ProcessFile.Read(pid, "comm") is { } name ? Encoding.UTF8.GetString(name).TrimEnd('\n') : null;

    /// <summary>Places in its table of descriptors (FDSize): it has never had more open at once. null when there is no such process.</summary>
    /// <remarks>Kernel: fs/proc/array.c task_state (max_fds); proc_pid_status(5). Any process may read it.</remarks>
    public static long? FdTableSize(int pid) => ProcessFile.Read(pid, "status") is { } status
        && Encoding.UTF8.GetString(status).Split('\n').FirstOrDefault(line => line.StartsWith(PlacesLine, StringComparison.Ordinal)) is { } found
        && long.TryParse(found.AsSpan(PlacesLine.Length).Trim(), CultureInfo.InvariantCulture, out var places) ? places : null;

    /// <summary>The network namespace of a process, e.g. <c>net:[4026531840]</c>; null when it is gone or may not be asked.</summary>
    public static string? NetworkNamespaceOf(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/ns/net").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>SIGSTOP: it does nothing until it is continued; nobody can ignore it. Errors: ESRCH, EPERM.</summary>
    public static SyscallResult Stop(int pid) => Libc.Result(Libc.kill(pid, Constants.SIGSTOP));

    /// <summary>SIGCONT. Errors: ESRCH, EPERM.</summary>
    public static SyscallResult Continue(int pid) => Libc.Result(Libc.kill(pid, Constants.SIGCONT));

    /// <summary>SIGTERM. Errors: ESRCH, EPERM.</summary>
    public static SyscallResult Terminate(int pid) => Libc.Result(Libc.kill(pid, Constants.SIGTERM));

    /// <summary>SIGKILL. Errors: ESRCH, EPERM.</summary>
    public static SyscallResult Kill(int pid) => Libc.Result(Libc.kill(pid, Constants.SIGKILL));

    /// <summary>True when the process is stopped, or gone.</summary>
    public static bool IsStopped(int pid) => ProcessStat.ReadState(pid) is null or Stopped or Zombie;

    /// <summary>True when the process is there and stopped by a signal (SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU).</summary>
    public static bool StandsStill(int pid) => ProcessStat.ReadState(pid) is Stopped;

    /// <summary>True when the process has ended and its parent has not asked for its status.</summary>
    public static bool IsZombie(int pid) => ProcessStat.ReadState(pid) is Zombie;

    /// <summary>The direct children of a process; none where this kernel does not list them.</summary>
    /// <remarks>
    /// Kernel: /proc/PID/task/TID/children, CONFIG_PROC_CHILDREN (fs/proc/array.c children_seq_show); those of the first thread, which is the only
    /// one of a shell or unshare(1).
    /// </remarks>
    public static IEnumerable<int> ChildrenOf(int pid) => ProcessFile.Read(pid, $"task/{pid}/children") is { } children
        ? Encoding.ASCII.GetString(children).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, CultureInfo.InvariantCulture))
        : [];

    private static bool IsProgram(int pid) => ProcessFile.Read(pid, "cmdline") is { Length: > 0 };
}
