namespace LoadLab.Planning.Rules;

/// <summary>What a listener's SYN queue depends on beside the scenario itself.</summary>
/// <param name="Somaxconn">net.core.somaxconn.</param>
/// <param name="Syncookies">net.ipv4.tcp_syncookies: 0 off, 1 when the queue is full, 2 for everybody.</param>
/// <param name="MaxSynBacklog">net.ipv4.tcp_max_syn_backlog.</param>
/// <param name="SynAckRetries">net.ipv4.tcp_synack_retries.</param>
/// <param name="AbortsOnOverflow">net.ipv4.tcp_abort_on_overflow.</param>
/// <param name="HoldsOneMore">See <see cref="SynQueue.HoldsOneMore"/>.</param>
internal sealed record SynQueueSettings(int Somaxconn, int Syncookies, int MaxSynBacklog, int SynAckRetries, bool AbortsOnOverflow, bool HoldsOneMore)
{
    /// <summary>As they are after a phase has changed sysctls.</summary>
    public SynQueueSettings After(IReadOnlyDictionary<string, string> sysctls)
    {
        int Of(string name, int before) => sysctls.TryGetValue(name, out var text) && int.TryParse(text, out var value) ? value : before;
        return this with
        {
            Somaxconn = Of("net.core.somaxconn", Somaxconn),
            Syncookies = Of("net.ipv4.tcp_syncookies", Syncookies),
            MaxSynBacklog = Of("net.ipv4.tcp_max_syn_backlog", MaxSynBacklog),
            SynAckRetries = Of("net.ipv4.tcp_synack_retries", SynAckRetries),
            AbortsOnOverflow = Of("net.ipv4.tcp_abort_on_overflow", AbortsOnOverflow ? 1 : 0) != 0,
        };
    }
}
