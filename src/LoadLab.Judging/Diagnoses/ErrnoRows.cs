using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>System calls that failed for a reason that no other row speaks of.</summary>
internal static class ErrnoRows
{
    private const string Reset = "net/ipv4/tcp_input.c tcp_reset";

    private static readonly ImmutableArray<Diagnosis> Named =
    [
        Row(1, "Something forbids it to this user.", "Look for a missing capability, a firewall rule or a security module.",
            "security/security.c security_socket_connect"),
        Row(12, "Sockets have no memory left.", "Look at net.ipv4.tcp_mem and the memory limit of the control group.", "net/core/sock.c sk_alloc"),
        Row(13, "The address or port needs a right that this user lacks.", "Below net.ipv4.ip_unprivileged_port_start it is CAP_NET_BIND_SERVICE.",
            "net/ipv4/af_inet.c __inet_bind"),
        Row(32, "It wrote into a connection that its peer had closed or reset.", "Read the end of stream first.", "net/ipv4/tcp.c tcp_sendmsg_locked"),
        Row(101, "There is no route to this destination.", "Look at the routing table of this network namespace.",
            "net/ipv4/route.c ip_route_output_key_hash_rcu"),
        Row(103, "The client was gone before accept().", "Go on with the next one.", "net/ipv4/af_inet.c inet_accept"),
        Row(104, "The other side reset the connection: it closed with data unread, with SO_LINGER 0, or its process ended.",
            "Find out which: the resets are in the trace.", Reset),
        Row(105, "The kernel had no buffer.", "Look at net.core.wmem_max, net.ipv4.tcp_mem and memory as a whole.", "net/core/sock.c sock_alloc_send_pskb"),
        Row(110, "No answer came for as long as the caller waits.",
            "The drop path says whether a listener dropped the packets. If not, look at connection tracking, firewall and routing.",
            "net/ipv4/tcp_timer.c tcp_write_err"),
        Row(111, "No socket listened on that port at that moment: a refusal comes from the missing listener, never from a full queue.",
            "Start the server, or look at the address that it listens on.", "net/ipv4/tcp_ipv4.c tcp_v4_rcv (no_tcp_socket)"),
        Row(113, "The next hop or a firewall said that the destination cannot be reached.", "Look at routing and REJECT rules.",
            "net/ipv4/tcp_ipv4.c tcp_v4_err"),
    ];

    // The causes of these are told apart by the rows of descriptors and ports.
    private static readonly ImmutableArray<(Errno Errno, Func<ErrorFigures, bool> SpeaksOf)> Elsewhere =
    [
        (Errno.ENFILE, _ => true),
        (Errno.EMFILE, one => one.Role is Role.Server or Role.Swarm),
        (Errno.EADDRINUSE, _ => true),
        (Errno.EADDRNOTAVAIL, one => one.Syscall is "connect" or "bind"),
    ];

    /// <summary>A row for each errno that is known to have one cause, and one for all others: no failure goes without a sentence.</summary>
    public static ImmutableArray<Diagnosis> All { get; } =
    [
        .. Named,
        new Diagnosis
        {
            Id = "errno-other",
            Severity = Severity.Fault,
            Title = "A system call failed with an errno that LoadLab does not explain",
            When = "A system call failed with an errno that no other diagnosis is about.",
            Finds = facts => facts.Failures.Where(one => one.Count > 0 && !HasARow(one)).Select(Failed),
            Means = "LoadLab does not know what causes it here.",
            Cure = "Look the errno up on the man page of the system call; strace shows its arguments.",
            KernelSource = "include/uapi/asm-generic/errno-base.h",
        },
    ];

    private static bool HasARow(ErrorFigures failure) =>
        Named.Any(row => row.Id == IdOf(failure.Errno)) || Elsewhere.Any(one => one.Errno == failure.Errno && one.SpeaksOf(failure));

    private static string IdOf(Errno errno) => $"errno-{errno.Name.ToLowerInvariant()}";

    private static Symptom Failed(ErrorFigures one)
    {
        var call = one.Syscall.Contains(' ', StringComparison.Ordinal) ? one.Syscall : $"{one.Syscall}()";
        var times = one.Count == 1 ? "once" : $"{one.Count} times";
        return new Symptom(one.Errno.Name, $"{call} of the {EnumWords<Role>.Of(one.Role)} failed {times} with {one.Errno.Name} ({one.Errno.Sentence}).");
    }

    private static Diagnosis Row(int number, string means, string cure, string source)
    {
        var errno = new Errno(number);
        return new Diagnosis
        {
            Id = IdOf(errno),
            Severity = Severity.Fault,
            Title = $"A system call failed with {errno.Name}",
            When = $"{errno.Name} ({errno.Sentence}).",
            Finds = facts => facts.Failures.Where(one => one.Errno == errno && one.Count > 0).Select(Failed),
            Means = means,
            Cure = cure,
            KernelSource = source,
        };
    }
}
