using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>A flow of the scripted peer in a simulation: what the peer knows of it, and what the server has of it.</summary>
/// <param name="lateness">Where in their windows the timers of its request fire, 0…1.</param>
internal sealed class SimulatedFlow(double lateness)
{
    /// <summary>What the listener made of its SYN.</summary>
    public SynFate Fate { get; set; }

    /// <summary>The server has a half-open request of it.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Time-outs of that request.</summary>
    public int Timeouts { get; set; }

    /// <summary>SYN-ACKs sent to it.</summary>
    public long SynAcks { get; set; }

    /// <summary>It has sent its final ACK.</summary>
    public bool IsAcknowledging { get; set; }

    /// <summary>The server has it in the accept queue, or had.</summary>
    public bool IsEstablished { get; set; }

    /// <summary>It has sent FIN.</summary>
    public bool HasFinished { get; set; }

    /// <summary>It was answered by a RST.</summary>
    public bool GotReset { get; set; }

    /// <summary>It has sent a RST, or got one.</summary>
    public bool IsReset { get; set; }

    /// <summary>It has got a SYN-ACK.</summary>
    public bool IsAnswered => SynAcks > 0;

    /// <summary>It has got a SYN-ACK and was not told to send the final ACK.</summary>
    public bool IsHalfOpen => IsAnswered && !IsAcknowledging && !IsReset;

    /// <summary>How long its request's timer really takes.</summary>
    public Nanoseconds Late(Nanoseconds timeout) => new(timeout.Value + (long)((TimerWheel.Latest(timeout).Value - timeout.Value) * lateness));
}

/// <summary>The scripted peer's flows at one moment.</summary>
/// <param name="Flows">Begun.</param>
/// <param name="Answered">Those that got a SYN-ACK.</param>
/// <param name="HalfOpen">Those that got one and were not told to send the final ACK.</param>
/// <param name="SynAcks">SYN-ACKs that came.</param>
/// <param name="WithOptions">SYN-ACKs that carried window scale and SACK.</param>
/// <param name="Established">Those whose handshake the server has ended.</param>
/// <param name="Resets">Those that got a RST.</param>
internal sealed record SimulatedPeer(long Flows, long Answered, long HalfOpen, long SynAcks, long WithOptions, long Established, long Resets);
