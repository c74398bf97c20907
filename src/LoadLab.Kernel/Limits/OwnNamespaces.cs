using System.Globalization;
using LoadLab.Kernel.Abi;
using LoadLab.Model;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>The namespaces of the calling thread: a thread may be in another network namespace than its process.</summary>
public static unsafe class OwnNamespaces
{
    /// <summary>Which they are.</summary>
    /// <remarks>Kernel: fs/proc/namespaces.c; net/core/sock.c sk_getsockopt (SO_NETNS_COOKIE); drivers/char/random.c boot_id.</remarks>
    public static NamespaceIdentity Current => new(Link("net"), Link("pid"), Sysctl.Read("kernel.random.boot_id") ?? "", NetCookie);

    /// <summary>True when this process is the first one of its pid namespace, by getpid(2).</summary>
    public static bool IsFirstProcess => Environment.ProcessId == 1;

    /// <summary>
    /// True when the parent is the same program, the first process of this very pid namespace, and in this network namespace: so a conductor with a
    /// namespace of its own, which began this process.
    /// </summary>
    /// <remarks>
    /// By the parent as this /proc shows it, which may be that of an outer pid namespace; nothing that could be handed over is needed. Kernel:
    /// fs/proc/array.c task_state (NSpid: the last number is the innermost).
    /// </remarks>
    public static bool HasFirstProcessAsParent
    {
        get
        {
            try
            {
                var parent = StatusLine("self", "PPid:");
                return Target($"/proc/{parent}/exe") is { Length: > 0 } program && program == Target("/proc/self/exe")
                    && StatusLine(parent, "NSpid:").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [.., "1"]
                    && IsSame($"/proc/{parent}/ns/pid", "/proc/self/ns/pid")
                    && IsSame($"/proc/{parent}/ns/net", "/proc/self/ns/net");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // Not to be read, or no such line: unknown is no proof.
                return false;
            }
        }
    }

    /// <summary>True in a kernel that is itself an ordinary process: User-Mode Linux, by what it says of its processor.</summary>
    /// <remarks>Kernel: arch/um/kernel/um_arch.c show_cpuinfo.</remarks>
    public static bool IsUserModeKernel
    {
        get
        {
            try
            {
                return File.ReadLines("/proc/cpuinfo").Any(
                    line => line.StartsWith("vendor_id", StringComparison.Ordinal) && line.EndsWith("User Mode Linux", StringComparison.Ordinal));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    private static ulong? NetCookie
    {
        get
        {
            using var socket = new OwnedDescriptor(Libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket for SO_NETNS_COOKIE");
            ulong cookie;
            var length = (uint)sizeof(ulong);
            return Libc.getsockopt(socket.Fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) == 0 ? cookie : null;
        }
    }

    private static string Link(string kind) => Target($"/proc/thread-self/ns/{kind}") ?? "";

    private static bool IsSame(string one, string other) => Target(one) is { Length: > 0 } link && link == Target(other);

    private static string? Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string StatusLine(string process, string name) => File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status"))
        .First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim();
}
