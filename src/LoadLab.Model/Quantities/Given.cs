namespace LoadLab.Model;

/// <summary>What has to be true of a scenario for a witness to be right about a quantity.</summary>
[Flags]
public enum Given
{
    /// <summary>Nothing: it is right in any scenario.</summary>
    Always = 0,

    /// <summary>Some load connects to the server.</summary>
    Clients = 1,

    /// <summary>No load connects at all: who is on the network is the scripted peer.</summary>
    NoClients = 2,

    /// <summary>The scripted peer takes no part.</summary>
    NoPeer = 4,

    /// <summary>Neither clients nor server end a connection.</summary>
    NobodyEnds = 8,

    /// <summary>TCP_DEFER_ACCEPT is never on.</summary>
    NoDeferral = 16,

    /// <summary>One listener on one port: there is one accept queue.</summary>
    OneQueue = 32,

    /// <summary>The server accepts at once or not at all, so that at a phase's end it stands still.</summary>
    SteadyAccept = 64,

    /// <summary>No client gives up by a time-out of its own.</summary>
    NoTimeouts = 128,

    /// <summary>Every load connects to the server, none to an address where no host answers.</summary>
    AllToServer = 256,

    /// <summary>The server closes each connection when it has accepted it.</summary>
    ServerCloses = 512,

    /// <summary>The server keeps its connections.</summary>
    ServerKeeps = 1024,

    /// <summary>
    /// Neither a program nor a time-out ends or resets a connection that is established, and no scripted peer takes part: a RST is the listener's.
    /// </summary>
    NoOtherResets = 2048,

    /// <summary>The server sends nothing by itself: neither data nor FIN.</summary>
    ServerSilent = 4096,

    /// <summary>
    /// Nothing follows a final ACK at once, or there is one processor. Else that ACK and the data or FIN behind it may each make a socket of the request,
    /// of which one is dropped again, and PassiveOpens counts both (net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock, own_req; seen on 6.18: 2,003 of 2,000).
    /// </summary>
    FinalAckAlone = 8192,

    /// <summary>No SYN-ACK is retransmitted: a socket's own count, and Tcp.RetransSegs, begin with those of its handshake.</summary>
    NoSynAcksAgain = 16384,
}

/// <summary>A witness of a quantity, and when it is right about it.</summary>
/// <param name="Term">What is asked. A row with a parameter and without an argument gets the quantity's.</param>
/// <param name="Given">What has to be true of the scenario.</param>
public sealed record WitnessUse(WitnessTerm Term, Given Given = Given.Always);
