using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>Where the server has a client of a simulation.</summary>
internal enum ServerSide
{
    /// <summary>A half-open request in SYN-RECV; the client's kernel says ESTABLISHED since the SYN-ACK came.</summary>
    HalfOpen,

    /// <summary>In the accept queue.</summary>
    Queued,

    /// <summary>accept() has given it.</summary>
    Accepted,

    /// <summary>Nowhere: answered by a RST.</summary>
    Reset,
}

/// <summary>One client of the swarm whose handshake may stay unfinished on the server's side alone.</summary>
/// <param name="begun">When its SYN came.</param>
/// <param name="lateness">Where in their windows its timers fire, 0…1.</param>
internal sealed class DeferredHandshake(Nanoseconds begun, double lateness)
{
    /// <summary>Where the server has it.</summary>
    public ServerSide Side { get; set; }

    /// <summary>Time-outs of the request's SYN-ACK.</summary>
    public int Timeouts { get; set; }

    /// <summary>Bytes that send() took.</summary>
    public long SentBytes { get; set; }

    /// <summary>Those of them that the server's socket has acknowledged.</summary>
    public long AcknowledgedBytes { get; set; }

    /// <summary>Some bytes are on their way or lost.</summary>
    public bool HasUnacknowledged => AcknowledgedBytes < SentBytes;

    /// <summary>The n-th moment of a schedule that began then, as late as this client's timers are.</summary>
    public Nanoseconds Moment(RetransmitSchedule schedule, int n, Nanoseconds since) =>
        since + schedule.Earliest[n] + new Nanoseconds((long)((schedule.Latest[n] - schedule.Earliest[n]).Value * lateness));

    /// <summary>When its request's n-th time-out comes.</summary>
    public Nanoseconds Timeout(RetransmitSchedule schedule, int n) => Moment(schedule, n, begun);
}
