using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>What an inspection has to read so that every diagnosis can be made.</summary>
public static class DiagnosisInputs
{
    /// <summary>Counters.</summary>
    public static ImmutableArray<Counter> Counters { get; } =
    [
        Counter.ListenOverflows, Counter.ListenDrops, Counter.SynQueueFullDrop, Counter.SynQueueFullDoCookies, Counter.SyncookiesSent,
        Counter.EmbryonicRsts, Counter.DeferAcceptDrop, Counter.EstabResets, Counter.AbortOnMemory, Counter.MemoryPressures, .. CounterRows.Counters,
    ];

    /// <summary>Sysctls by dotted name.</summary>
    public static ImmutableArray<string> Sysctls { get; } = ["net.core.somaxconn", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_abort_on_overflow",
        "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_timestamps"];
}
