using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>What diagnoses are made from: the same facts of a run and of a machine as it is. Null means not seen, which is never zero.</summary>
public sealed record Facts
{
    /// <summary>A MIB counter: its delta in a run, its value since boot of a machine.</summary>
    public Func<Counter, ulong?> Counter { get; init; } = _ => null;

    /// <summary>A sysctl by dotted name.</summary>
    public Func<string, string?> Sysctl { get; init; } = _ => null;

    /// <summary>Packets that listeners dropped, told apart; null where ListenDrops was not read.</summary>
    public DropFacts? Drops { get; init; }

    /// <summary>Listeners.</summary>
    public ImmutableArray<ListenerFacts> Listeners { get; init; } = [];

    /// <summary>Since when a listener's drops are counted, as it ends a sentence.</summary>
    public string DropsSince { get; init; } = "since listen()";

    /// <summary>Who takes connections from the accept queues; null for a machine, which is looked at once.</summary>
    public AcceptFacts? Accept { get; init; }

    /// <summary>The run's clients; null where there were none.</summary>
    public ClientFacts? Clients { get; init; }

    /// <summary>System calls that failed.</summary>
    public ImmutableArray<ErrorFigures> Failures { get; init; } = [];

    /// <summary>Processes with their descriptors.</summary>
    public ImmutableArray<ProcessFacts> Processes { get; init; } = [];

    /// <summary>Ports that one source address has for one destination: the ephemeral range without reserved ones.</summary>
    public long Ports { get; init; }

    /// <summary>The destinations that hold the most of them.</summary>
    public ImmutableArray<DestinationView> Destinations { get; init; } = [];

    /// <summary>Connections in CLOSE-WAIT that a process holds.</summary>
    public ImmutableArray<Counted> CloseWaits { get; init; } = [];

    /// <summary>What of a bounded thing is taken, by the row that speaks of it.</summary>
    public ImmutableSortedDictionary<string, Usage?> Usages { get; init; } = ImmutableSortedDictionary<string, Usage?>.Empty;

    /// <summary>Segments that were not acknowledged.</summary>
    public ImmutableArray<SilenceFacts> Silences { get; init; } = [];

    /// <summary>Connections that keepalive gave up; null where that cannot be told from other time-outs.</summary>
    public ulong? GivenUpByKeepalive { get; init; }

    /// <summary>What was asked for and could not be seen, by what it is about.</summary>
    public ImmutableArray<Symptom> Unseen { get; init; } = [];

    /// <summary>What is worth knowing beside that.</summary>
    public ImmutableArray<Symptom> Known { get; init; } = [];

    /// <summary>The failures of one role with one errno.</summary>
    public IEnumerable<ErrorFigures> Failed(Role role, Errno errno) =>
        Failures.Where(failure => failure.Role == role && failure.Errno == errno && failure.Count > 0);

    /// <summary>A counter; 0 where it was not read.</summary>
    public ulong Count(Counter counter) => Counter(counter) ?? 0;
}

/// <summary>So many of something.</summary>
public sealed record Counted(string About, long Count);

/// <summary>A listener.</summary>
/// <param name="Address">Where it listens; "" for the only one of a run.</param>
/// <param name="Queue">Length of its accept queue: now, or at the end of the run.</param>
/// <param name="Peak">The longest that was seen; of a machine the same.</param>
/// <param name="LiveBacklog">Its limit: full is more than that.</param>
/// <param name="HalfOpen">Half-open requests of all listeners at this address; the most that were seen.</param>
/// <param name="Drops">sk_drops; null where this kernel does not tell.</param>
/// <param name="Group">How many listeners share the address (SO_REUSEPORT).</param>
/// <param name="GroupBacklog">Their live backlogs together.</param>
public sealed record ListenerFacts(string Address, long Queue, long Peak, long LiveBacklog, long HalfOpen, long? Drops, int Group, long GroupBacklog)
{
    /// <summary>How many connections its queue takes.</summary>
    public long Capacity => LiveBacklog + 1;

    /// <summary>Clients that have closed and still hold a slot; the most that were seen.</summary>
    public long QueuedClosed { get; init; }

    /// <summary>The backlog that listen() was called with; null where that is not known.</summary>
    public long? Asked { get; init; }

    /// <summary>False: its queue has never become shorter; null where that was not watched.</summary>
    public bool? WasTaken { get; init; }
}

/// <summary>Who takes connections from the accept queues of a run.</summary>
/// <param name="Accepted">Connections accepted; null where that is not known.</param>
/// <param name="Queued">Connections queued at the end.</param>
/// <param name="Quiet">For how long before the end accept() had taken none although some were queued; null when it took some, or none were queued.</param>
/// <param name="ClosedWith">Connections in the queues of listeners that were closed.</param>
/// <param name="RoomAtFirstDrop">Free slots of all listeners together when the first packet was dropped; null when none was.</param>
public sealed record AcceptFacts(long? Accepted, long Queued, Nanoseconds? Quiet, long ClosedWith, long? RoomAtFirstDrop);

/// <summary>The clients of a run.</summary>
/// <param name="BindsToPortZero">They call bind() with port 0 before connect().</param>
/// <param name="SynsVanished">SYNs that had no answer and that no listener dropped; null where that cannot be told.</param>
public sealed record ClientFacts(bool BindsToPortZero, long? SynsVanished);

/// <summary>A process and its descriptors.</summary>
/// <param name="About">Who, e.g. <c>the server</c>.</param>
/// <param name="Open">Descriptors open.</param>
/// <param name="Free">Free numbers below the soft limit.</param>
/// <param name="Soft">Soft RLIMIT_NOFILE.</param>
/// <param name="Hard">Hard RLIMIT_NOFILE.</param>
/// <param name="WasFull">It had no free number at some moment.</param>
public sealed record ProcessFacts(string About, long Open, long Free, long Soft, long Hard, bool WasFull);

/// <summary>Segments of one kind that were not acknowledged.</summary>
/// <param name="Kind">SYN, data or FIN.</param>
/// <param name="Count">Retransmissions.</param>
/// <param name="ScheduleS">When each was sent, in seconds since the first transmission.</param>
/// <param name="End">How it ended, as half a sentence.</param>
public sealed record SilenceFacts(RetransmitKind Kind, ulong Count, ImmutableArray<double> ScheduleS, string End);
