using System.Collections.Frozen;

namespace LoadLab.Reporting.Html;

/// <summary>The colour of each thing that a page draws, so that it is the same in every plot. A colour is a class of the style sheet.</summary>
internal static class SeriesColour
{
    /// <summary>Connects issued.</summary>
    public const string Tried = "tried";

    /// <summary>Connects that finished the handshake.</summary>
    public const string Established = "established";

    /// <summary>Connects that failed, at whatever call.</summary>
    public const string Failed = "failed";

    /// <summary>Connects that are not answered yet.</summary>
    public const string Pending = "pending";

    /// <summary>The accept queue as sock_diag reads it.</summary>
    public const string BySockDiag = "sock-diag";

    /// <summary>The accept queue as the server reads it by TCP_INFO.</summary>
    public const string ByTcpInfo = "tcp-info";

    /// <summary>Half-open requests.</summary>
    public const string HalfOpen = "SYN-RECV";

    /// <summary>Local ports in use.</summary>
    public const string Ports = "ports";

    /// <summary>Open descriptors of a process.</summary>
    public const string Descriptors = "descriptors";

    /// <summary>Open files of a kernel.</summary>
    public const string Files = "files";

    /// <summary>Retransmitted SYNs, and connects that needed one.</summary>
    public const string SynRetransmits = "TcpExt.TCPSynRetrans";

    /// <summary>Segments that a client sent.</summary>
    public const string Client = "client";

    /// <summary>Segments that the server sent.</summary>
    public const string Server = "server";

    private const string Other = "grey";

    private static readonly FrozenDictionary<string, string> Rows = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Tried] = "grey", [Established] = "green", [Failed] = "red", [Pending] = "amber",
        [BySockDiag] = "blue", [ByTcpInfo] = "orange", [Ports] = "blue", [Descriptors] = "blue", [Files] = "blue",
        [Client] = "blue", [Server] = "orange",
        ["ESTABLISHED"] = "green", ["SYN-SENT"] = "amber", [HalfOpen] = "purple", ["TIME-WAIT"] = "teal", ["CLOSE-WAIT"] = "red",
        ["FIN-WAIT-1"] = "pink", ["FIN-WAIT-2"] = "blue", ["LAST-ACK"] = "orange", ["CLOSING"] = "grey",
        ["TcpExt.ListenOverflows"] = "red", ["TcpExt.ListenDrops"] = "pink", ["TcpExt.TCPReqQFullDrop"] = "purple",
        ["TcpExt.TCPReqQFullDoCookies"] = "blue", ["TcpExt.SyncookiesSent"] = "teal", ["TcpExt.SyncookiesRecv"] = "green",
        ["TcpExt.SyncookiesFailed"] = "grey", [SynRetransmits] = "amber", ["Tcp.RetransSegs"] = "purple", ["TcpExt.TCPTimeouts"] = "grey",
        ["TcpExt.TCPAbortOnTimeout"] = "red", ["TcpExt.TCPAbortOnMemory"] = "red", ["TcpExt.TCPTimeWaitOverflow"] = "pink",
        ["TcpExt.TW"] = "teal", ["TcpExt.TWRecycled"] = "blue", ["Tcp.AttemptFails"] = "red", ["Tcp.EstabResets"] = "pink",
        ["Tcp.OutRsts"] = "orange", ["TcpExt.TCPAbortOnData"] = "pink", ["TcpExt.TCPAbortOnClose"] = "red", ["TcpExt.TCPBacklogDrop"] = "red",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The class of a thing; grey of one that has no row.</summary>
    public static string Of(string thing) => Rows.GetValueOrDefault(thing, Other);
}
