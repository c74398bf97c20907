using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>What the calling thread may do beyond an ordinary user.</summary>
/// <remarks>Capabilities belong to a thread, not to a process: capabilities(7).</remarks>
public static unsafe class Capabilities
{
    /// <summary>
    /// CAP_SYS_RESOURCE leaves the calling thread's effective and permitted sets; a thread that did not have it keeps what it has. Errors: none that
    /// a sound call gives.
    /// </summary>
    /// <remarks>Kernel: kernel/capability.c SYSCALL_DEFINE2(capset); security/commoncap.c cap_capset. Giving up is always allowed.</remarks>
    public static SyscallResult DropSysResource()
    {
        var header = new __user_cap_header_struct { version = _LINUX_CAPABILITY_VERSION_3 };
        var sets = stackalloc __user_cap_data_struct[2];
        if (Libc.Result(Libc.capget(&header, sets)) is { IsOk: false } refused)
        {
            return refused;
        }

        sets[0].effective &= ~(1u << CAP_SYS_RESOURCE);
        sets[0].permitted &= ~(1u << CAP_SYS_RESOURCE);
        return Libc.Result(Libc.capset(&header, sets));
    }
}
