using LoadLab.Kernel.Abi;

namespace LoadLab.Kernel;

/// <summary>Who this process is.</summary>
public static class Privileges
{
    /// <summary>Effective uid 0, in whatever user namespace this is.</summary>
    public static bool IsRoot => Libc.geteuid() == 0;
}
