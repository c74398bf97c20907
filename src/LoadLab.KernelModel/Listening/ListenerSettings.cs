using LoadLab.Model;
using LoadLab.KernelModel.Rules;

namespace LoadLab.KernelModel;

/// <summary>The sysctls that a listener reads for each packet, as they are now.</summary>
/// <remarks>Concurrency: one run, one thread; read again when <see cref="SysctlState.Generation"/> has changed.</remarks>
internal sealed class ListenerSettings(SysctlState sysctls, bool holdsOneMore)
{
    private int generation = -1;

    /// <summary>net.core.somaxconn.</summary>
    public int Somaxconn { get; private set; }

    /// <summary>net.ipv4.tcp_syncookies: 0 off, 1 when the queue is full, 2 always.</summary>
    public int Syncookies { get; private set; }

    /// <summary>net.ipv4.tcp_max_syn_backlog.</summary>
    public int MaxSynBacklog { get; private set; }

    /// <summary>net.ipv4.tcp_synack_retries.</summary>
    public int SynAckRetries { get; private set; }

    /// <summary>net.ipv4.tcp_abort_on_overflow.</summary>
    public bool AbortsOnOverflow { get; private set; }

    /// <summary>net.ipv4.tcp_no_metrics_save is 0: closed connections leave an RTT behind.</summary>
    public bool SavesMetrics { get; private set; }

    /// <summary>See <see cref="SynQueue.HoldsOneMore"/>.</summary>
    public bool HoldsOneMore => holdsOneMore;

    /// <summary>Reads them again where a phase has changed one.</summary>
    public ListenerSettings Refresh()
    {
        if (generation == sysctls.Generation)
        {
            return this;
        }

        generation = sysctls.Generation;
        Somaxconn = (int)Math.Clamp(sysctls.Number("net.core.somaxconn") ?? AcceptQueue.DefaultSomaxconn(sysctls.Kernel), 0, int.MaxValue);
        Syncookies = (int)(sysctls.Number("net.ipv4.tcp_syncookies") ?? 1);
        MaxSynBacklog = (int)(sysctls.Number("net.ipv4.tcp_max_syn_backlog") ?? 128);
        SynAckRetries = (int)(sysctls.Number("net.ipv4.tcp_synack_retries") ?? 5);
        AbortsOnOverflow = sysctls.Number("net.ipv4.tcp_abort_on_overflow") is > 0;
        SavesMetrics = sysctls.Number("net.ipv4.tcp_no_metrics_save") is null or 0;
        return this;
    }
}
