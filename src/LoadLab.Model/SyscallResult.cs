namespace LoadLab.Model;

/// <summary>The kernel's answer to one system call: its return value, and errno when it failed.</summary>
/// <remarks>Failing is an answer, not an exception: exhaustion means tens of thousands of failures a second.</remarks>
public readonly record struct SyscallResult(long Value, Errno Errno)
{
    /// <summary>True when the call did not fail.</summary>
    public bool IsOk => Errno.IsNone;
}
