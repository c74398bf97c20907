using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>The counters that verdicts, drop paths and run.json ask for, as /proc/net/netstat and /proc/net/snmp spell them.</summary>
public static class CounterNames
{
    internal const string ListenOverflows = "TcpExt.ListenOverflows";
    internal const string ListenDrops = "TcpExt.ListenDrops";
    internal const string SynQueueFullDrop = "TcpExt.TCPReqQFullDrop";
    internal const string SynQueueFullDoCookies = "TcpExt.TCPReqQFullDoCookies";
    internal const string SyncookiesSent = "TcpExt.SyncookiesSent";
    internal const string EmbryonicRsts = "TcpExt.EmbryonicRsts";
    internal const string SynRetrans = "TcpExt.TCPSynRetrans";

    private const string Prefix = "counters.";

    /// <summary>Those that stand in every run.json where the kernel has them, also when they did not move.</summary>
    public static ImmutableArray<string> Reported { get; } =
    [
        ListenOverflows, ListenDrops, SynQueueFullDrop, SynQueueFullDoCookies, SyncookiesSent, "TcpExt.SyncookiesRecv", SynRetrans,
        "TcpExt.TCPTimeouts", "TcpExt.TCPAbortOnData", "TcpExt.TCPAbortOnClose", "TcpExt.TCPAbortOnTimeout", "TcpExt.TCPLossProbes", "TcpExt.TCPDeferAcceptDrop", EmbryonicRsts,
        "Tcp.ActiveOpens", "Tcp.PassiveOpens", "Tcp.AttemptFails", "Tcp.EstabResets", "Tcp.RetransSegs", "Tcp.OutRsts",
    ];

    /// <summary>The same and those that a plan's expectations name.</summary>
    public static IEnumerable<string> AskedBy(VariantPlan variant)
    {
        ArgumentNullException.ThrowIfNull(variant);
        return Reported.Union(variant.Expectations
            .SelectMany(expectation => expectation.Witnesses)
            .SelectMany(WitnessPair.Asked)
            .Select(witness => WitnessName.Parse(witness).Name)
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..].Replace(".first-seen", "", StringComparison.Ordinal).Replace(".last-seen", "", StringComparison.Ordinal)));
    }
}
