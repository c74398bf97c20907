using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>What a segment that was retransmitted carries. A segment with data and FIN is <see cref="Data"/>.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<RetransmitKind>))]
public enum RetransmitKind
{
    /// <summary>SYN of a client.</summary>
    Syn,

    /// <summary>SYN-ACK of a listener.</summary>
    SynAck,

    /// <summary>Data, with or without FIN.</summary>
    Data,

    /// <summary>FIN alone.</summary>
    Fin,
}
