namespace LoadLab.KernelModel;

/// <summary>What kind of TCP segment, by what it does to the other end.</summary>
internal enum SegmentKind
{
    /// <summary>A SYN.</summary>
    Syn,

    /// <summary>A SYN-ACK.</summary>
    SynAck,

    /// <summary>A bare ACK.</summary>
    Ack,

    /// <summary>Data, with an ACK.</summary>
    Data,

    /// <summary>A FIN, with an ACK.</summary>
    Fin,

    /// <summary>A RST.</summary>
    Rst,
}

/// <summary>A segment on its way.</summary>
/// <param name="Flow">Whose.</param>
/// <param name="Kind">What it is.</param>
/// <param name="ToServer">True from the client's end to the server's.</param>
/// <param name="Before">How much of its sender's stream lies between the SYN and this segment; a FIN counts as one byte.</param>
internal readonly record struct Segment(Flow Flow, SegmentKind Kind, bool ToServer, long Before = 0);
