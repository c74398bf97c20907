using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>Notices where SYNs that one slot of the timer wheel sends compete for fewer places than they need: which of them gets in depends on the
/// processors.</summary>
/// <remarks>Measured on 6.18: 300 clients established, 173 accepted. Kernel: net/ipv4/tcp_timer.c tcp_write_timer; net/ipv4/tcp_input.c tcp_conn_request, which
/// looks before any of their final ACKs has come.</remarks>
internal sealed class Contest
{
    private Nanoseconds? letIn;
    private Nanoseconds? leftOut;

    /// <summary>True once one was let in and another left out at one moment.</summary>
    public bool HasHappened { get; private set; }

    /// <summary>A client whose SYN was retransmitted gets in or not.</summary>
    public void Note(Nanoseconds now, bool isIn)
    {
        letIn = isIn ? now : letIn;
        leftOut = isIn ? leftOut : now;
        HasHappened |= letIn is not null && letIn == leftOut;
    }
}
