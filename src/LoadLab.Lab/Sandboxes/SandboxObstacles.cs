using LoadLab.Kernel;

namespace LoadLab.Lab;

/// <summary>Why a sandbox cannot be made here, in one sentence with the ways out.</summary>
internal static class SandboxObstacles
{
    /// <summary>The settings that are known to forbid user namespaces, with the value that does, and what to do.</summary>
    private static readonly (string Sysctl, string Forbidding, string Remedy)[] Known =
    [
        ("kernel.apparmor_restrict_unprivileged_userns", "1",
            "AppArmor forbids user namespaces to ordinary users: run as root, or allow it for this program in an AppArmor profile"),
        ("kernel.unprivileged_userns_clone", "0", "this kernel allows user namespaces to root only: run as root, or set kernel.unprivileged_userns_clone=1"),
        ("user.max_user_namespaces", "0", "user.max_user_namespaces is 0: run as root, or raise it"),
    ];

    /// <summary>There is no kernel to boot.</summary>
    public const string NoKernel = "no kernel sandbox can be made: there is no linux.uml on the PATH; install User-Mode Linux (Debian, Ubuntu: apt install "
        + "user-mode-linux)";

    /// <summary>The processor has wider registers than User-Mode Linux before 6.13 can set, and there is no C compiler for the piece that helps it.</summary>
    public const string NoCompiler =
        "no kernel sandbox can be made: this processor has AMX registers, which User-Mode Linux before 6.13 cannot set without a small library, and there "
            + "is no 'cc' on the PATH to build it; "
        + "install a C compiler (Debian, Ubuntu: apt install gcc libc6-dev)";

    /// <summary>There is one, but it did not come up.</summary>
    /// <param name="exit">The launcher's exit status.</param>
    /// <param name="complaint">What it printed; "" for nothing.</param>
    /// <param name="lastWords">What the kernel itself logged last; "" when that is unknown.</param>
    public static string ExplainKernel(int exit, string complaint, string lastWords)
    {
        var printed = complaint.Length > 0 ? $"; it printed '{string.Join("; ", complaint.Split('\n', StringSplitOptions.RemoveEmptyEntries))}'" : "";
        var reason = lastWords.Length > 0
            ? $"its last words: '{lastWords}'"
            : "it needs ptrace (a seccomp filter or kernel.yama.ptrace_scope can forbid it) and 1 GB of memory in TMPDIR or /dev/shm, mounted without noexec";
        return $"no kernel sandbox can be made: linux.uml ended with status {exit} before it was up{printed}; {reason}";
    }

    public static string Explain(IReadOnlyList<string> complaints)
    {
        var known = Known.FirstOrDefault(entry => Sysctl.Read(entry.Sysctl) == entry.Forbidding);
        var reason = known.Remedy ?? (Privileges.IsRoot
            ? "this root may not make namespaces (a container without CAP_SYS_ADMIN, or a seccomp filter?): run it outside the container, or give the "
            + "container that capability"
            : "user namespaces are forbidden here (a container, or a seccomp filter?): run as root, or outside the container");
        return $"no namespace sandbox can be made: {reason}; unshare said '{string.Join("'; '", complaints.Where(c => c.Length > 0).Distinct())}'. "
            + $"'--sandbox host' runs without isolation";
    }
}
