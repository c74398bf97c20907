using System.Collections.Immutable;

namespace LoadLab.Telemetry;

/// <summary>The TCP states as observations name them (RFC 9293, as ss(8) spells it) and as OpenTelemetry's <c>network.connection.state</c> does.</summary>
internal static class ConnectionStates
{
    /// <summary>A request socket, which is what the SYN queue counts.</summary>
    public const string HalfOpen = "SYN-RECV";

    public static ImmutableArray<(string Observed, string Convention)> All { get; } =
    [
        ("ESTABLISHED", "established"), ("SYN-SENT", "syn_sent"), (HalfOpen, "syn_received"), ("FIN-WAIT-1", "fin_wait_1"), ("FIN-WAIT-2", "fin_wait_2"),
            ("TIME-WAIT", "time_wait"),
        ("CLOSE", "closed"), ("CLOSE-WAIT", "close_wait"), ("LAST-ACK", "last_ack"), ("LISTEN", "listen"), ("CLOSING", "closing"),
    ];
}
