using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>The network namespace of this process.</summary>
public static class NetworkNamespace
{
    // include/uapi/linux/nsfs.h NET_NS_INIT_INO, from 6.18 on; before, the number depends on the boot.
    private const string InitialNet = "net:[4026531833]";

    // include/linux/proc_ns.h PROC_PID_INIT_INO, from 3.8 on.
    private const string InitialPid = "pid:[4026531836]";

    /// <summary>
    /// False where this is proven to be another network namespace than the one that the kernel booted with; true in that one, the machine's own, and
    /// where it cannot be known.
    /// </summary>
    public static bool IsTheMachines => MayBeTheMachines("/proc");

    /// <summary>The same as a /proc shows it.</summary>
    /// <remarks>
    /// The machine's own has sysctls that no other one has (net/core/sysctl_net_core.c net_core_table, net/ipv4/sysctl_net_ipv4.c ipv4_table, both
    /// registered for init_net alone). That they are not there proves nothing,
    /// unless those are there that each namespace has. An ordinary user's namespace shows no net.core up to 6.11.
    /// </remarks>
    internal static bool MayBeTheMachines(string procRoot)
    {
        string Sys(string file) => Path.Combine(procRoot, "sys/net", file);
        var own = Target(Path.Combine(procRoot, "self/ns/net"));
        if (own is null or "" or InitialNet || File.Exists(Sys("core/dev_weight")) || File.Exists(Sys("ipv4/tcp_mem")))
        {
            return true;
        }

        // Outside of containers the first process is the machine's init, and in the machine's network.
        if (Target(Path.Combine(procRoot, "self/ns/pid")) == InitialPid && Target(Path.Combine(procRoot, "1/ns/net")) is { Length: > 0 } first)
        {
            return first == own;
        }

        return !File.Exists(Sys("ipv4/ip_local_port_range")) || (Directory.Exists(Sys("core")) && !File.Exists(Sys("core/somaxconn")));
    }

    /// <summary>
    /// Puts the calling thread, and no other, into a new network namespace, which ends with the last thread and socket in it: unshare(CLONE_NEWNET).
    /// Errors: EPERM without CAP_SYS_ADMIN, ENOSPC.
    /// </summary>
    /// <remarks>
    /// What the thread opens from then on is of the new namespace; /proc/net is the process's first thread's, so the new one's files are below
    /// /proc/thread-self/net. Kernel: kernel/nsproxy.c ksys_unshare; fs/proc/proc_net.c.
    /// </remarks>
    public static SyscallResult EnterNew() => Abi.Libc.Result(Abi.Libc.unshare(Abi.Constants.CLONE_NEWNET));

    private static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
