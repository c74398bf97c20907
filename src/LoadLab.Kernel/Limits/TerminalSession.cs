using LoadLab.Kernel.Abi;

namespace LoadLab.Kernel;

/// <summary>The session that this process belongs to, and with it the terminal whose Ctrl-C reaches it.</summary>
public static class TerminalSession
{
    /// <summary>Begins a session of its own, without a terminal; nothing happens where this process leads one already.</summary>
    /// <remarks>Source: setsid(2); a group's leader gets EPERM, kernel/sys.c ksys_setsid.</remarks>
    public static void Leave() => _ = Libc.setsid();
}
