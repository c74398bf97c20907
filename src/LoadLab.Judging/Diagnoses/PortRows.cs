using System.Collections.Immutable;
using System.Net;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>Ephemeral ports: gone, nearly gone, slow to find.</summary>
internal static class PortRows
{
    private const string HashConnect = "net/ipv4/inet_hashtables.c __inet_hash_connect";
    private const double SlowSearch = 0.5;

    public static ImmutableArray<Diagnosis> All { get; } =
    [
        new Diagnosis
        {
            Id = "bind-found-no-port",
            Severity = Severity.Fault,
            Title = "bind() to port 0 found no port free for all destinations",
            When = "bind() failed with EADDRINUSE, and these clients bind to port 0 before connect().",
            Finds = facts => facts.Clients is { BindsToPortZero: true }
                ? Each(facts, Errno.EADDRINUSE, "bind", count =>
                    $"bind() to port 0 failed {Times(count)} with EADDRINUSE: no port was free for all destinations together.") : [],
            Means = "bind() does not know the destination yet, so it needs a port that no socket has at that address, and all destinations "
                + "share one range. No address is in use twice.",
            Cure = "Set IP_BIND_ADDRESS_NO_PORT before bind(): then connect() chooses the port, and each destination has the whole range. "
                + "More source addresses help, too.",
            KernelSource = "net/ipv4/inet_connection_sock.c inet_csk_get_port, inet_csk_find_open_port",
            Scenario = "ephemeral-ports/bind-first",
        },
        new Diagnosis
        {
            Id = "address-in-use",
            Severity = Severity.Fault,
            Title = "The address and port are in use",
            When = "bind() or listen() failed with EADDRINUSE for a port that was named.",
            Finds = facts => facts.Clients is { BindsToPortZero: true } ? Each(facts, Errno.EADDRINUSE, call: null, count => InUse(count), but: "bind")
                : Each(facts, Errno.EADDRINUSE, call: null, count => InUse(count)),
            Means = "Another socket has this address and port.",
            Cure = "Choose another port, or bind with SO_REUSEADDR where only TIME-WAIT holds it.",
            KernelSource = "net/ipv4/inet_connection_sock.c inet_csk_bind_conflict",
        },
        new Diagnosis
        {
            Id = "ports-exhausted",
            Severity = Severity.Fault,
            Title = "No ephemeral port was left for the destination",
            When = "connect() failed with EADDRNOTAVAIL.",
            Finds = facts => Each(facts, Errno.EADDRNOTAVAIL, "connect",
                count => $"{TextFormat.Count(count, "connect")} failed with EADDRNOTAVAIL before a packet was sent: no ephemeral port was left for this "
                + $"destination."),
            Means = "This is the client's own limit and not the server's: one source address has as many connections to one destination as "
                + "the range has ports.",
            Cure = "Widen net.ipv4.ip_local_port_range, use more source addresses or destinations, or keep connections open.",
            KernelSource = HashConnect,
            Scenario = "ephemeral-ports/exhaustion",
        },
        new Diagnosis
        {
            Id = "address-not-here",
            Severity = Severity.Fault,
            Title = "The address is none of this host",
            When = "bind() failed with EADDRNOTAVAIL.",
            Finds = facts => Each(facts, Errno.EADDRNOTAVAIL, "bind", count => $"bind() failed {Times(count)} with EADDRNOTAVAIL."),
            Means = "The address to bind to is not an address of this host or network namespace.",
            Cure = "Add it to an interface (ip address add), or bind to another.",
            KernelSource = "net/ipv4/af_inet.c __inet_bind",
        },
        new Diagnosis
        {
            Id = "ports-near",
            Severity = Severity.Risk,
            Title = "Ephemeral ports for a destination are nearly gone",
            When = "Connections from one address to one destination hold nine tenths of the range or more. Ports in TIME-WAIT that "
                + "connect() reuses (net.ipv4.tcp_tw_reuse 1; 2 on loopback; timestamps on) are not counted.",
            Finds = facts => facts.Destinations.Where(one => AcceptRows.IsNear(Share(facts, one)))
                .Select(one => new Symptom("ephemeral ports", Held(facts, one))),
            Means = "With none left connect() fails with EADDRNOTAVAIL before a packet is sent.",
            Cure = "Widen net.ipv4.ip_local_port_range, use more source addresses or destinations, or keep connections open.",
            KernelSource = HashConnect,
            Scenario = "ephemeral-ports/exhaustion",
        },
        new Diagnosis
        {
            Id = "ports-slow-search",
            Severity = Severity.Risk,
            Title = "Ports are past half of the range",
            When = "Connections from one address to one destination hold more than half of the range and less than nine tenths; reusable "
                + "TIME-WAIT is not counted.",
            Finds = facts => facts.Destinations.Where(one => Share(facts, one) is > SlowSearch and var share && !AcceptRows.IsNear(share))
                .Select(one => new Symptom("ephemeral ports", Held(facts, one))),
            Means = "Past half of the range each connect() searches all of one half for a port, which costs processor time.",
            Cure = "More source addresses, or ports that the program chooses itself (bind() to an address and a port).",
            KernelSource = HashConnect,
            Scenario = "ephemeral-ports/slow-search",
        },
    ];

    private static IEnumerable<Symptom> Each(Facts facts, Errno errno, string? call, Func<long, string> happened, string? but = null)
    {
        var count = facts.Failures.Where(one => one.Errno == errno && (call is null || one.Syscall == call) && one.Syscall != but).Sum(one => one.Count);
        return count > 0 ? [new Symptom(errno.Name, happened(count))] : [];
    }

    private static string InUse(long count) => $"{TextFormat.Count(count, "call")} failed with EADDRINUSE: another socket has the address and port.";

    private static string Times(long count) => count == 1 ? "once" : $"{count} times";

    private static string Held(Facts facts, DestinationView one) =>
        $"Connections from {one.From} to {one.To} hold {one.Ports} of {TextFormat.Count(facts.Ports, "port")}, {one.InTimeWait} of them in "
            + $"TIME-WAIT{(one.InTimeWait > 0 && IsReused(facts, one) ? ", which connect() reuses" : "")}.";

    private static double Share(Facts facts, DestinationView one) => new Usage(one.Ports - (IsReused(facts, one) ? one.InTimeWait : 0), facts.Ports).Share;

    // net/ipv4/tcp_ipv4.c tcp_twsk_unique: with timestamps, after tcp_tw_reuse_delay (a second); 2 asks for loopback.
    private static bool IsReused(Facts facts, DestinationView one) =>
        facts.Sysctl("net.ipv4.tcp_timestamps") is not "0"
            && (facts.Sysctl("net.ipv4.tcp_tw_reuse") is "1"
                || (facts.Sysctl("net.ipv4.tcp_tw_reuse") is "2" && IsLoopback(one.From) && IPEndPoint.TryParse(one.To, out var to)
                    && IPAddress.IsLoopback(to.Address)));

    private static bool IsLoopback(string address) => IPAddress.TryParse(address, out var ip) && IPAddress.IsLoopback(ip);
}
