using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>
/// Whether the calling thread is in a sandbox that the run made: proven by what the kernel tells of the place, compared with where the run was
/// started. What is unknown is no proof.
/// </summary>
public static class SandboxProof
{
    /// <summary>Why it is not proven, as half a sentence; null when it is.</summary>
    /// <param name="starter">Where the run was started.</param>
    /// <param name="sandbox">The sandbox that this is said to be.</param>
    public static string? Missing(NamespaceIdentity starter, SandboxKind sandbox) =>
        Missing(starter, OwnNamespaces.Current, sandbox, OwnNamespaces.IsUserModeKernel, OwnNamespaces.IsFirstProcess || OwnNamespaces.HasFirstProcessAsParent);

    /// <summary>The same for a place whose facts are given.</summary>
    /// <param name="starter">Where the run was started.</param>
    /// <param name="here">Where the thread is.</param>
    /// <param name="sandbox">What this is said to be.</param>
    /// <param name="isUserMode">This kernel is one in user space.</param>
    /// <param name="isConductors">This process is the first of its pid namespace, or that one is its parent and the same program.</param>
    internal static string? Missing(NamespaceIdentity starter, NamespaceIdentity here, SandboxKind sandbox, bool isUserMode, bool isConductors)
    {
        ArgumentNullException.ThrowIfNull(starter);
        var traits = SandboxTraits.Of(sandbox);
        return !traits.IsMadeByRun ? $"sandbox {EnumWords<SandboxKind>.Of(sandbox)} is not made by the run"
            : traits.HasOwnKernel ? MissingOfKernel(starter, here, isUserMode)
            : MissingOfNamespace(starter, here, isConductors);
    }

    private static string? MissingOfKernel(NamespaceIdentity starter, NamespaceIdentity here, bool isUserMode) =>
        !isUserMode ? "this kernel is not one in user space"
        : Differ(starter.Boot, here.Boot) ? null
        : "this kernel is not proven to be another one than that in which the run was started";

    private static string? MissingOfNamespace(NamespaceIdentity starter, NamespaceIdentity here, bool isConductors) =>
        !Differ(starter.Net, here.Net) || (starter.NetCookie is { } outer && here.NetCookie is { } own && outer == own)
            ? "the network namespace is not proven to be another one than that in which the run was started"
        : !Differ(starter.Pid, here.Pid) ? "the pid namespace is not proven to be another one than that in which the run was started"
        : isConductors ? null
        : "the first process of the pid namespace is not the run's conductor";

    private static bool Differ(string starter, string here) => starter.Length > 0 && here.Length > 0 && starter != here;
}
