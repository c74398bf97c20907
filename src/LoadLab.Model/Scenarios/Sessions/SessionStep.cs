using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>One step of a session: a call, and what is expected of the kernel after it.</summary>
public sealed record SessionStep
{
    /// <summary>Its name in the session; no dot in it.</summary>
    public required string Name { get; init; }

    /// <summary>What is called.</summary>
    public required SessionCall Call { get; init; }

    /// <summary>On which socket, by name; the scripted peer for <see cref="SessionCall.Peer"/>.</summary>
    public string? On { get; init; }

    /// <summary>The name of the socket that socket() or accept() makes.</summary>
    public string? As { get; init; }

    /// <summary>connect: to which socket or peer. A new peer: to which socket its segments go.</summary>
    public string? To { get; init; }

    /// <summary><see cref="SessionCall.Returned"/>: which step is awaited.</summary>
    public string? Of { get; init; }

    /// <summary>bind: the port. null: the session's own.</summary>
    public int? Port { get; init; }

    /// <summary>listen: the backlog.</summary>
    public int? Backlog { get; init; }

    /// <summary>What is written, or sent by the peer.</summary>
    public string? Text { get; init; }

    /// <summary>How many bytes a read takes at most, or how many a write has where it has no text.</summary>
    public int? Bytes { get; init; }

    /// <summary>shutdown: which direction.</summary>
    public ShutdownHow How { get; init; } = ShutdownHow.Wr;

    /// <summary>Flags of the call.</summary>
    public ImmutableArray<MessageFlag> Flags { get; init; } = [];

    /// <summary>setsockopt: which option.</summary>
    public SessionOption Option { get; init; }

    /// <summary>setsockopt: its value.</summary>
    public int Value { get; init; } = 1;

    /// <summary>sysctl: what is set.</summary>
    public SysctlValue? Sysctl { get; init; }

    /// <summary>peer: what it sends; null: nothing.</summary>
    public SessionSegment? Send { get; init; }

    /// <summary>peer: whether it acknowledges what has come since it last did.</summary>
    public bool Acknowledges { get; init; } = true;

    /// <summary>True: the call is expected to block.</summary>
    public bool Blocks { get; init; }

    /// <summary>The look comes after so long at the earliest.</summary>
    public Nanoseconds Wait { get; init; }

    /// <summary>The look comes after so long at the latest, when not all is as expected before.</summary>
    public Nanoseconds Within { get; init; } = Nanoseconds.FromSeconds(2);

    /// <summary>What the call returns; null: not asked.</summary>
    public PredictedRange? Returns { get; init; }

    /// <summary>Its errno; <see cref="Model.Errno.None"/>: it succeeds.</summary>
    public Errno Errno { get; init; }

    /// <summary>The bytes that a read gives; null: not asked.</summary>
    public string? Reads { get; init; }

    /// <summary>TCP states by socket; <c>other.NAME</c> is the other end of its connection.</summary>
    public ImmutableSortedDictionary<string, string> States { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Timers by socket, in seconds left.</summary>
    public ImmutableSortedDictionary<string, PredictedRange> Timers { get; init; } = ImmutableSortedDictionary<string, PredictedRange>.Empty;

    /// <summary>The segments since the step before, in order: <c>client SYN</c>; null: not asked.</summary>
    public ImmutableArray<string>? Packets { get; init; }

    /// <summary>By how much counters of the namespace move.</summary>
    public ImmutableSortedDictionary<string, PredictedRange> Counters { get; init; } = ImmutableSortedDictionary<string, PredictedRange>.Empty;

    /// <summary>What the step shows, as a sentence; "" for what its parts say themselves.</summary>
    public string Says { get; init; } = "";
}

/// <summary>A session: its steps, one after the other.</summary>
/// <param name="Name">The scenario's name, and the family where it is not the only one.</param>
/// <param name="Family">Over which protocol.</param>
/// <param name="Port">The port that a bind without one takes.</param>
/// <param name="Steps">The steps.</param>
public sealed record Session(string Name, SocketFamily Family, int Port, ImmutableArray<SessionStep> Steps)
{
    /// <summary>What a session's name has after it for IPv6.</summary>
    public const string Ipv6Suffix = "+ipv6";

    /// <summary>True when a scripted peer takes part.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasPeer => Steps.Any(step => step.Call == SessionCall.Peer);

    /// <summary>How long it takes at least: what its steps wait.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Nanoseconds Lasts =>
        new(Steps.Sum(step => Math.Max(step.Wait.Value, step.Call == SessionCall.Returned && step.Within > LongAnswer ? step.Within.Value / 2 : 0)));

    private static Nanoseconds LongAnswer => Nanoseconds.FromSeconds(2);
}
