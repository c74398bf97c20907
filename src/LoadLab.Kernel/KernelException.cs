using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>A system call of our own set-up failed (never one of the load: that is an answer, a <see cref="SyscallResult"/>).</summary>
public sealed class KernelException(string what, Errno errno) : Exception($"{what}: {errno}")
{
    /// <summary>What the kernel said.</summary>
    public Errno Errno { get; } = errno;
}
