namespace LoadLab.Model;

/// <summary>
/// The namespaces and the kernel of a process, by which two places can be told apart. The starter of a run hands its own on, so that whoever is in
/// the sandbox can prove that it is elsewhere.
/// </summary>
/// <param name="Net">The network namespace, as /proc/self/ns/net names it, e.g. <c>net:[4026531840]</c>; "": unknown.</param>
/// <param name="Pid">The pid namespace, as /proc/self/ns/pid names it; "": unknown.</param>
/// <param name="Boot">
/// The kernel's boot_id; "": unknown. Each kernel numbers its namespaces from the same start, so a kernel in user space may give the same numbers as
/// its host.
/// </param>
/// <param name="NetCookie">The network namespace by SO_NETNS_COOKIE of a socket, which needs no /proc; null: the kernel does not report it (before
/// 5.14).</param>
public sealed record NamespaceIdentity(string Net, string Pid, string Boot, ulong? NetCookie);
