using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>The network namespace of this process.</summary>
public static class NetworkNamespace
{
    /// <summary>Its name, e.g. <c>net:[4026531840]</c>, and its kernel's boot; "" for what /proc does not tell. Two processes are in the same one when both are equal.</summary>
    /// <remarks>Each kernel numbers from the same start (include/linux/proc_ns.h), so one in user space may give the same number as its host. Source: namespaces(7), random(4).</remarks>
    public static string Current => $"{new FileInfo("/proc/self/ns/net").LinkTarget} {Sysctl.Read("kernel.random.boot_id")}";

    /// <summary>True in the network namespace that the kernel booted with: the machine's own.</summary>
    /// <remarks>Its net.core has entries that no other one has. Source: net/core/sysctl_net_core.c, where net_core_table is registered for init_net alone.</remarks>
    public static bool IsTheMachines => File.Exists("/proc/sys/net/core/dev_weight");

    /// <summary>Puts the calling thread, and no other, into a new network namespace, which ends with the last thread and socket in it: unshare(CLONE_NEWNET). Errors: EPERM without CAP_SYS_ADMIN, ENOSPC.</summary>
    /// <remarks>What the thread opens from then on is of the new namespace; /proc/net is the process's first thread's, so the new one's files are below /proc/thread-self/net. Kernel: kernel/nsproxy.c ksys_unshare; fs/proc/proc_net.c.</remarks>
    public static SyscallResult EnterNew() => Abi.Libc.Result(Abi.Libc.unshare(Abi.Constants.CLONE_NEWNET));

    /// <summary>True when this process is certainly elsewhere than one whose <see cref="Current"/> is given: in another kernel where <paramref name="byKernel"/>, else in another network namespace or kernel. What /proc does not tell is no proof.</summary>
    public static bool IsElsewhere(string than, bool byKernel)
    {
        ArgumentNullException.ThrowIfNull(than);
        var (here, there) = (Current.Split(' '), than.Split(' '));
        bool Differs(int part) => here.Length == 2 && there.Length == 2 && here[part].Length > 0 && there[part].Length > 0 && here[part] != there[part];
        return Differs(1) || (!byKernel && Differs(0));
    }
}
