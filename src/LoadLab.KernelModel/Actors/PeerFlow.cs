namespace LoadLab.KernelModel;

/// <summary>What the scripted peer knows of one of its flows.</summary>
internal sealed class PeerFlow
{
    /// <summary>SYN-ACKs that came.</summary>
    public long SynAcks { get; set; }

    /// <summary>Those of them that kept window scale.</summary>
    public long WithWindowScale { get; set; }

    /// <summary>Those of them that kept SACK.</summary>
    public long WithSack { get; set; }

    /// <summary>It has sent its final ACK.</summary>
    public bool IsAcknowledging { get; set; }

    /// <summary>It has sent FIN.</summary>
    public bool HasFinished { get; set; }

    /// <summary>It has sent a RST, or got one.</summary>
    public bool IsReset { get; set; }

    /// <summary>It got a RST.</summary>
    public bool GotReset { get; set; }

    /// <summary>Its final ACK goes out as soon as its SYN-ACK is read.</summary>
    public bool AwaitsSynAck { get; set; }

    /// <summary>It has got a SYN-ACK.</summary>
    public bool IsAnswered => SynAcks > 0;

    /// <summary>It has got a SYN-ACK and was not told to send the final ACK.</summary>
    public bool IsHalfOpen => IsAnswered && !IsAcknowledging && !IsReset;
}
