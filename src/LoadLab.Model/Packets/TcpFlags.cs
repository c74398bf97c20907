namespace LoadLab.Model;

/// <summary>Control bits of a TCP header that say what a segment is; RFC 9293, 3.1.</summary>
[Flags]
public enum TcpFlags
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>No more data from the sender.</summary>
    Fin = 1,

    /// <summary>Synchronise sequence numbers.</summary>
    Syn = 2,

    /// <summary>Reset the connection.</summary>
    Rst = 4,

    /// <summary>Push.</summary>
    Psh = 8,

    /// <summary>The acknowledgement number counts.</summary>
    Ack = 16,
}
