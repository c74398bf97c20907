using LoadLab.Kernel;

namespace LoadLab.Lab;

/// <summary>Why a sandbox cannot be made here, in one sentence with the ways out.</summary>
internal static class SandboxObstacles
{
    /// <summary>The settings that are known to forbid user namespaces, with the value that does, and what to do.</summary>
    private static readonly (string Sysctl, string Forbidding, string Remedy)[] Known =
    [
        ("kernel.apparmor_restrict_unprivileged_userns", "1", "AppArmor forbids user namespaces to ordinary users: run as root, or allow it for this program in an AppArmor profile"),
        ("kernel.unprivileged_userns_clone", "0", "this kernel allows user namespaces to root only: run as root, or set kernel.unprivileged_userns_clone=1"),
        ("user.max_user_namespaces", "0", "user.max_user_namespaces is 0: run as root, or raise it"),
    ];

    /// <summary>There is no kernel to boot.</summary>
    public const string NoKernel = "no kernel sandbox can be made: there is no linux.uml on the PATH; install User-Mode Linux (Debian, Ubuntu: apt install user-mode-linux)";

    /// <summary>There is one, but it did not come up.</summary>
    public static string ExplainKernel(int exit, string complaint) =>
        $"no kernel sandbox can be made: linux.uml ended with status {exit} before it was up{(complaint.Length > 0 ? $", and said '{string.Join("; ", complaint.Split('\n', StringSplitOptions.RemoveEmptyEntries))}'" : "")}; "
        + "it needs ptrace (a seccomp filter or kernel.yama.ptrace_scope may forbid it) and room for 1 GB of memory in TMPDIR or /dev/shm, mounted without noexec";

    public static string Explain(IReadOnlyList<string> complaints)
    {
        var known = Known.FirstOrDefault(entry => Sysctl.Read(entry.Sysctl) == entry.Forbidding);
        var reason = known.Remedy ?? (Privileges.IsRoot
            ? "this root may not make namespaces (a container without CAP_SYS_ADMIN, or a seccomp filter?): run it outside the container, or give the container that capability"
            : "user namespaces are forbidden here (a container, or a seccomp filter?): run as root, or outside the container");
        return $"no namespace sandbox can be made: {reason}; unshare said '{string.Join("'; '", complaints.Where(c => c.Length > 0).Distinct())}'. '--sandbox host' runs without isolation";
    }
}
