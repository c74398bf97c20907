namespace LoadLab.Lab;

/// <summary>The counters by which it is seen that TCP has moved, and the gauges among the counters.</summary>
internal static class WatchedCounters
{
    /// <summary>What verdicts ask for. A kernel that lacks one says so in the first <see cref="Model.CountersSeen"/>.</summary>
    public static readonly string[] Names =
    [
        "TcpExt.ListenOverflows", "TcpExt.ListenDrops", "TcpExt.TCPReqQFullDrop", "TcpExt.TCPReqQFullDoCookies", "TcpExt.SyncookiesSent",
        "TcpExt.SyncookiesRecv", "TcpExt.TCPSynRetrans", "TcpExt.TCPTimeouts", "TcpExt.TCPAbortOnData", "TcpExt.TCPAbortOnTimeout", "TcpExt.EmbryonicRsts",
        "TcpExt.TCPTimeWaitOverflow", "TcpExt.TCPDeferAcceptDrop",
        "Tcp.ActiveOpens", "Tcp.PassiveOpens", "Tcp.AttemptFails", "Tcp.EstabResets", "Tcp.RetransSegs", "Tcp.OutRsts",
    ];

    /// <summary>Values that go down as well as up, or never move: no delta of them means anything.</summary>
    private static readonly HashSet<string> Gauges = ["Tcp.CurrEstab", "Tcp.RtoAlgorithm", "Tcp.RtoMin", "Tcp.RtoMax", "Tcp.MaxConn", "Ip.Forwarding", "Ip.DefaultTTL"];

    /// <summary>The counter that a witness names: <c>counters.TcpExt.ListenDrops.first-seen@hold</c> is <c>TcpExt.ListenDrops</c>; null when it names none.</summary>
    public static string? NameIn(string witness) => witness.Split('@')[0].Split('.') is ["counters", var prefix, var name, ..] ? $"{prefix}.{name}" : null;

    public static bool IsGauge(string name) => Gauges.Contains(name);
}
