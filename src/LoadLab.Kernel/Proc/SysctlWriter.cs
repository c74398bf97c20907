using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>The one place that writes sysctls: only in a sandbox that the run made, which is proven again before each of them.</summary>
/// <remarks>
/// May be used by any thread; the network namespace is the calling thread's, in the proof and in the kernel's choice of the sysctl alike
/// (net/sysctl_net.c net_ctl_header_lookup).
/// </remarks>
/// <param name="starter">Where the run was started.</param>
/// <param name="sandbox">The sandbox that this is said to be.</param>
public sealed class SysctlWriter(NamespaceIdentity starter, SandboxKind sandbox)
{
    /// <summary>Writes one; null when the kernel took it, otherwise why not, as half a sentence. Read back what the kernel made of it.</summary>
    public string? Write(string name, string value)
    {
        if (SandboxTraits.Of(sandbox).Sysctls == SysctlSetter.RunOfNamespace && !IsConfined(name))
        {
            return "no namespace confines it: it is the whole machine's, which LoadLab never changes";
        }

        if (SandboxProof.Missing(starter, sandbox) is { } missing)
        {
            return $"not written, since {missing}";
        }

        try
        {
            File.WriteAllText(Sysctl.PathOf(name), value);
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "this sandbox's kernel does not have it or does not show it";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e is UnauthorizedAccessException ? "permission denied" : $"refused by the kernel ({e.Message})";
        }
    }

    /// <summary>
    /// True for a sysctl that a network namespace has for itself: one of <c>net.</c>. Those of net that are global are read-only in it
    /// (net/sysctl_net.c ensure_safe_net_sysctl).
    /// </summary>
    public static bool IsConfined(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith("net.", StringComparison.Ordinal) && Sysctl.IsName(name);
    }
}
