using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Gives the run's network namespace a table of connections of its own.</summary>
/// <remarks>
/// A namespace shares the machine's table unless its parent has set tcp_child_ehash_entries (Linux 6.1; net/ipv4/tcp_ipv4.c tcp_set_hashinfo), and a walk of
/// sock_diag over a table that others change can see a socket twice or miss one. So the run's namespace is a child of a first one. It gets as many entries as
/// the machine's table has, since the defaults of tcp_max_syn_backlog and tcp_max_tw_buckets follow from their number.
/// </remarks>
internal static class OwnConnectionTable
{
    // Where the proof is missing nothing is written, and the command finds out for itself that this is no sandbox.
    private const string Script = $$"""
        net=$(readlink /proc/self/ns/net) pid=$(readlink /proc/self/ns/pid) table=/proc/sys/net/ipv4
        entries=$(cat $table/tcp_ehash_entries 2>/dev/null)
        if {{SysctlTrial.HasOtherNet}} && {{SysctlTrial.HasOtherPid}} && {{SysctlTrial.IsNew}} &&
          [ -n "$entries" ] && (printf %s "${entries#-}" > $table/tcp_child_ehash_entries) 2>/dev/null; then
          shift 3
          exec unshare --net -- "$@"
        fi
        shift 3
        exec "$@"
        """;

    /// <summary>The command as the first process of a first namespace, that runs it in a second one.</summary>
    /// <param name="starter">Where LoadLab was started.</param>
    /// <param name="command">The command.</param>
    public static IEnumerable<string> Command(NamespaceIdentity starter, IEnumerable<string> command) =>
        ["sh", "-c", Script, "sh", EnumWords<SandboxKind>.Of(SandboxKind.Namespace), starter.Net, starter.Pid, .. command];
}
