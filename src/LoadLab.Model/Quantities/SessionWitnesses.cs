using static LoadLab.Model.Units;

namespace LoadLab.Model;

/// <summary>What is seen after a step of a session: the call's answer, each socket, the wire, the counters.</summary>
public static class SessionWitnesses
{
    private const string Timers = "net/ipv4/inet_diag.c inet_sk_diag_fill (idiag_expires)";
    private static readonly WitnessGroup Group = new(Sampler.Probe, WitnessFamily.ProbeCalls, "net/socket.c");

    /// <summary>The errno.</summary>
    public static Witness<SessionLook> ErrnoOf { get; } = Add("errno", "number", ErrnoNumber, "The errno of the step's call; 0 for success.");

    /// <summary>The value.</summary>
    public static Witness<SessionLook> Value { get; } = Add("value", "number", "", "What the step's call returned.");

    /// <summary>Whether it blocked.</summary>
    public static Witness<SessionLook> Blocked { get; } = Add("blocked", "yes", Calls, "1 when the call had not returned at the time of the look.");

    /// <summary>Whether it read a text.</summary>
    public static Witness<SessionLook> Reads { get; } = Add("reads", "TEXT", Calls, "1 when the call read this text.");

    /// <summary>State by sock_diag.</summary>
    public static Witness<SessionLook> Diag { get; } = Add("diag", "SOCKET", State, "The socket's TCP state, by sock_diag.", WitnessFamily.ConnectionTable,
        "net/ipv4/inet_diag.c inet_sk_diag_fill (idiag_state)");

    /// <summary>State by /proc/net/tcp.</summary>
    public static Witness<SessionLook> Proc { get; } = Add(
        "proc", "SOCKET", State, "The socket's TCP state, by /proc/net/tcp or tcp6.", WitnessFamily.ConnectionTable, "net/ipv4/tcp_ipv4.c get_tcp4_sock");

    /// <summary>State by TCP_INFO.</summary>
    public static Witness<SessionLook> Info { get; } = Add("info", "SOCKET", State, "The socket's TCP state, by TCP_INFO on its own descriptor.",
        WitnessFamily.ConnectionTable, "net/ipv4/tcp.c tcp_get_info (tcpi_state)");

    /// <summary>Timer by sock_diag.</summary>
    public static Witness<SessionLook> DiagTimer { get; } = Add(
        "diag-timer", "SOCKET", Seconds, "What the socket's timer has left, by sock_diag.", WitnessFamily.ConnectionTable, Timers);

    /// <summary>Timer by /proc/net/tcp.</summary>
    public static Witness<SessionLook> ProcTimer { get; } = Add("proc-timer", "SOCKET", Seconds, "What the socket's timer has left, by /proc/net/tcp or tcp6.",
        WitnessFamily.ConnectionTable, "net/ipv4/tcp_ipv4.c get_tcp4_sock");

    /// <summary>Segments of the step.</summary>
    public static Witness<SessionLook> Segments { get; } = Add("packets", "LABEL", Packets, "Segments with this label since the step before; all counts each.",
        WitnessFamily.Wire, "net/packet/af_packet.c packet_rcv");

    /// <summary>Counters of the step.</summary>
    public static Witness<SessionLook> CounterDelta { get; } = Add("counters", "COUNTER", "", "By how much this counter moved since the step before.",
        WitnessFamily.Counters, "net/ipv4/proc.c netstat_seq_show, snmp_seq_show");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Witness> All => Group.Rows;

    private static Witness<SessionLook> Add(
        string what, string of, string unit, string meaning, WitnessFamily family = WitnessFamily.ProbeCalls, string? source = null)
    {
        var placeholder = $"NAME.STEP.{what}.{of}";
        var parameter = new Parameter<SessionLook>(placeholder, "a session, a step of it, and what is looked at", [], Parse,
            look => $"{look.Session}.{look.Step}.{what}.{look.Of}");
        return Group.Add(SessionLook.Prefix + placeholder, parameter, unit, meaning, of: family, source: source, kind: unit == "" ? QuantityKind.Count : null);

        object? Parse(string text) => text.Split('.', 4) is [var session, var step, var word, var look] && word == what && session.Length > 0 && step.Length > 0
            && look.Length > 0 ? new SessionLook(session, step, look) : null;
    }
}
