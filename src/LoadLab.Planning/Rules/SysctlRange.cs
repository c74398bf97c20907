namespace LoadLab.Planning.Rules;

/// <summary>Which values the kernel takes for a sysctl, for the sentence that refuses another one. Whether it takes a value the kernel itself says, in a
/// throw-away sandbox.</summary>
internal static class SysctlRange
{
    private const string OneByte = "0 to 255 (a u8: proc_dou8vec_minmax)";

    // net/ipv4/sysctl_net_ipv4.c ipv4_net_table and ipv4_local_port_range, net/core/sysctl_net_core.c netns_core_table; read on 6.18.
    private static readonly Dictionary<string, string> Ranges = new()
    {
        ["net.core.somaxconn"] = "0 to 2147483647",
        ["net.ipv4.ip_local_port_range"] = "two ports, of which the first is not the greater one and not below net.ipv4.ip_unprivileged_port_start (1024 by "
            + "default)",
        ["net.ipv4.ip_local_reserved_ports"] = "ports and ranges with commas between them, such as 8080,9000-9010",
        ["net.ipv4.tcp_abort_on_overflow"] = OneByte,
        ["net.ipv4.tcp_early_retrans"] = "0 to 4",
        ["net.ipv4.tcp_orphan_retries"] = OneByte,
        ["net.ipv4.tcp_retries2"] = OneByte,
        ["net.ipv4.tcp_rto_max_ms"] = "1000 to 120000",
        ["net.ipv4.tcp_rto_min_us"] = "1 to 2147483647",
        ["net.ipv4.tcp_sack"] = OneByte,
        ["net.ipv4.tcp_syn_linear_timeouts"] = "0 to 127",
        ["net.ipv4.tcp_syn_retries"] = "1 to 127",
        ["net.ipv4.tcp_synack_retries"] = OneByte,
        ["net.ipv4.tcp_syncookies"] = OneByte,
        ["net.ipv4.tcp_timestamps"] = OneByte,
        ["net.ipv4.tcp_tw_reuse"] = "0 to 2",
    };

    /// <summary>The values as words; null for a sysctl whose range is not known here.</summary>
    public static string? Of(string name) => Ranges.GetValueOrDefault(name);
}
