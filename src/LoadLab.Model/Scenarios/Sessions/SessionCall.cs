using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>What a step of a session does: system calls by their names, and what is needed around them.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<SessionCall>))]
public enum SessionCall
{
    /// <summary>socket(2): a new TCP socket of the session's family. The value is 0 for any descriptor.</summary>
    Socket,

    /// <summary>bind(2) to the loopback address; the value is the port that it got, by getsockname(2).</summary>
    Bind,

    /// <summary>listen(2).</summary>
    Listen,

    /// <summary>connect(2).</summary>
    Connect,

    /// <summary>accept4(2). The value is 0 for any descriptor.</summary>
    Accept,

    /// <summary>Nothing is called: an earlier call that blocked is awaited, and its answer is this step's.</summary>
    Returned,

    /// <summary>close(2).</summary>
    Close,

    /// <summary>shutdown(2).</summary>
    Shutdown,

    /// <summary>read(2).</summary>
    Read,

    /// <summary>recv(2).</summary>
    Recv,

    /// <summary>recvmsg(2).</summary>
    Recvmsg,

    /// <summary>readv(2) into two buffers.</summary>
    Readv,

    /// <summary>write(2).</summary>
    Write,

    /// <summary>send(2).</summary>
    Send,

    /// <summary>sendmsg(2).</summary>
    Sendmsg,

    /// <summary>writev(2) of two buffers.</summary>
    Writev,

    /// <summary>setsockopt(2) with one of <see cref="SessionOption"/>.</summary>
    Setsockopt,

    /// <summary>getsockname(2); the value is the port.</summary>
    Getsockname,

    /// <summary>getpeername(2); the value is the port.</summary>
    Getpeername,

    /// <summary>getsockopt(SO_ERROR): the pending error, which it clears.</summary>
    SoError,

    /// <summary>The scripted peer sends a segment, or is only given its address.</summary>
    Peer,

    /// <summary>A sysctl of the session's network namespace is written. The value is 0, or -1 when it was refused.</summary>
    Sysctl,

    /// <summary>Nothing but the look afterwards.</summary>
    Wait,
}

/// <summary>Socket options that a step can set.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<SessionOption>))]
public enum SessionOption
{
    /// <summary>O_NONBLOCK by ioctl(FIONBIO).</summary>
    Nonblock,

    /// <summary>SO_REUSEADDR.</summary>
    Reuseaddr,

    /// <summary>SO_LINGER with so many seconds.</summary>
    Linger,

    /// <summary>SO_OOBINLINE.</summary>
    Oobinline,

    /// <summary>TCP_LINGER2: how long an orphan stays in FIN-WAIT-2, in seconds.</summary>
    Linger2,

    /// <summary>TCP_SYNCNT: how often a SYN is retransmitted.</summary>
    Syncnt,

    /// <summary>TCP_USER_TIMEOUT in milliseconds.</summary>
    UserTimeout,

    /// <summary>SO_RCVBUF in bytes.</summary>
    Rcvbuf,

    /// <summary>TCP_NODELAY.</summary>
    Nodelay,
}

/// <summary>Flags of recv, send, recvmsg and sendmsg.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<MessageFlag>))]
public enum MessageFlag
{
    /// <summary>MSG_PEEK.</summary>
    Peek,

    /// <summary>MSG_OOB.</summary>
    Oob,

    /// <summary>MSG_DONTWAIT.</summary>
    Dontwait,

    /// <summary>MSG_WAITALL.</summary>
    Waitall,
}

/// <summary>Which direction shutdown(2) closes.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<ShutdownHow>))]
public enum ShutdownHow
{
    /// <summary>SHUT_RD.</summary>
    Rd,

    /// <summary>SHUT_WR.</summary>
    Wr,

    /// <summary>SHUT_RDWR.</summary>
    Rdwr,
}

/// <summary>What the scripted peer of a session sends.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<SessionSegment>))]
public enum SessionSegment
{
    /// <summary>SYN.</summary>
    Syn,

    /// <summary>SYN and ACK.</summary>
    SynAck,

    /// <summary>ACK of all that has come.</summary>
    Ack,

    /// <summary>Data, with an ACK.</summary>
    Data,

    /// <summary>FIN, with an ACK.</summary>
    Fin,

    /// <summary>RST.</summary>
    Rst,
}

/// <summary>Over which protocol a session's sockets speak.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<SocketFamily>))]
public enum SocketFamily
{
    /// <summary>IPv4: 127.0.0.1, and 198.18.0.0/15 for the scripted peer.</summary>
    Ipv4,

    /// <summary>IPv6: ::1, and 2001:2::/48 for the scripted peer.</summary>
    Ipv6,
}
