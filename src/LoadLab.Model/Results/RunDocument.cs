using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>run.json: the whole result in figures. Its top level speaks of the first variant; <see cref="Variants"/> of each, when there are several.</summary>
public sealed record RunDocument
{
    /// <summary>Version of this document's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>Its claim.</summary>
    public required string Claim { get; init; }

    /// <summary>Where it ran.</summary>
    public required SandboxKind Sandbox { get; init; }

    /// <summary>The kernel.</summary>
    public required KernelVersion Kernel { get; init; }

    /// <summary>LoadLab's version, with the commit where it was built from a git checkout; null in results of before it was noted.</summary>
    public string? Version { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long it took, from the start of LoadLab's work to the verdict.</summary>
    public required double DurationS { get; init; }

    /// <summary>False when it was interrupted or killed: figures are those seen until then.</summary>
    public required bool Finished { get; init; }

    /// <summary>Why it did not finish; null when it did.</summary>
    public string? Unfinished { get; init; }

    /// <summary>The first variant's figures.</summary>
    [JsonIgnore]
    public VariantResult Primary => Variants[0];

    /// <summary>Settings of the first variant, live values beside declared ones.</summary>
    public ImmutableSortedDictionary<string, string> Settings => Primary.Settings;

    /// <summary>Connects of the first variant.</summary>
    public ConnectionFigures Connections => Primary.Connections;

    /// <summary>Failed system calls of the first variant.</summary>
    public ImmutableArray<ErrorFigures> Errors => Primary.Errors;

    /// <summary>Counter deltas of the first variant.</summary>
    public ImmutableSortedDictionary<string, ulong> Counters => Primary.Counters;

    /// <summary>Queues of the first variant.</summary>
    public QueueFigures Queues => Primary.Queues;

    /// <summary>TCP states of the first variant.</summary>
    public ImmutableSortedDictionary<string, StateFigures> States => Primary.States;

    /// <summary>Retransmissions of the first variant.</summary>
    public ImmutableSortedDictionary<string, RetransmitFigures> Retransmits => Primary.Retransmits;

    /// <summary>Packets of the first variant; null without a packet tap.</summary>
    public PacketFigures? Packets => Primary.Packets;

    /// <summary>All findings, of all variants.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }

    /// <summary>Further quantities that were checked, of all variants.</summary>
    public CheckedQuantities Checked { get => field ?? CheckedQuantities.None; init; } = CheckedQuantities.None;

    /// <summary>Diagnoses of the first variant.</summary>
    public ImmutableArray<Diagnosed> Diagnoses => Primary.Diagnoses;

    /// <summary>Drop paths of the first variant.</summary>
    public DropPath DropPath => Primary.DropPath;

    /// <summary>The scripted peer of the first variant.</summary>
    public PeerFigures? Peer => Primary.Peer;

    /// <summary>How the run came out.</summary>
    public required Outcome Verdict { get; init; }

    /// <summary>What happened and what it means, in two sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>What a person should know beside the figures.</summary>
    public required ImmutableArray<string> Notes { get; init; }

    /// <summary>Each variant.</summary>
    public required ImmutableArray<VariantResult> Variants { get; init; }
}

/// <summary>One variant's figures.</summary>
public sealed record VariantResult
{
    /// <summary>"" for the only one.</summary>
    public required string Name { get; init; }

    /// <summary>Settings, live values beside declared ones.</summary>
    public required ImmutableSortedDictionary<string, string> Settings { get; init; }

    /// <summary>Connects.</summary>
    public required ConnectionFigures Connections { get; init; }

    /// <summary>Failed system calls.</summary>
    public required ImmutableArray<ErrorFigures> Errors { get; init; }

    /// <summary>Counter deltas; a counter that did not move is 0, one that this kernel does not have is absent.</summary>
    public required ImmutableSortedDictionary<string, ulong> Counters { get; init; }

    /// <summary>Queues.</summary>
    public required QueueFigures Queues { get; init; }

    /// <summary>TCP states by name, both ends together.</summary>
    public required ImmutableSortedDictionary<string, StateFigures> States { get; init; }

    /// <summary>By kind: SYN, SYN-ACK, DATA, FIN.</summary>
    public required ImmutableSortedDictionary<string, RetransmitFigures> Retransmits { get; init; }

    /// <summary>Samples that should have been taken and were not, by sampler.</summary>
    public ImmutableSortedDictionary<string, long> Lost { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>What the packet tap saw; null when there was none.</summary>
    public PacketFigures? Packets { get; init; }

    /// <summary>Which of the kernel's drop paths fired.</summary>
    public required DropPath DropPath { get; init; }

    /// <summary>What went wrong, what it means and how to fix it, the worst first.</summary>
    public ImmutableArray<Diagnosed> Diagnoses { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>What the server did; null when it never said.</summary>
    public ServerFigures? Server { get; init; }

    /// <summary>What the scripted peer sent and was told; null when there was none.</summary>
    public PeerFigures? Peer { get; init; }

    /// <summary>How long connects took in the kernel, by how far the load was; only where an expectation asks for it.</summary>
    public ImmutableArray<OwnTimeFigures> OwnTimes { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Phases with their times, in order.</summary>
    public required ImmutableArray<PhaseFigures> Phases { get; init; }
}

/// <summary>The own time of the connects of one tenth of one load, in seconds: socket(), bind() and connect() alone, without any wait for their turn.</summary>
/// <param name="Phase">The load's phase.</param>
/// <param name="Tenth">1 to 10.</param>
/// <param name="IsFailed">True for connects that failed.</param>
/// <param name="Count">How many.</param>
/// <param name="P50S">Median.</param>
/// <param name="P90S">Nine of ten took at most so long.</param>
/// <param name="MaxS">The longest.</param>
public sealed record OwnTimeFigures(string Phase, int Tenth, bool IsFailed, long Count, double P50S, double P90S, double MaxS);

/// <summary>
/// Connects by what became of them; <c>Pending</c> were not answered at the end. Latency in seconds from the intended start, null when none was
/// established.
/// </summary>
public sealed record ConnectionFigures(long Attempted, long Established, long Failed, long Pending, LatencyFigures? Latency, LatencyFigures? Lateness);

/// <summary>A latency distribution, in seconds.</summary>
public sealed record LatencyFigures(long Count, double MinS, double P50S, double P90S, double P99S, double MaxS);

/// <summary>One kind of failure: first and last in seconds since the run's start.</summary>
public sealed record ErrorFigures(Role Role, string Syscall, Errno Errno, long Count, double FirstS, double LastS);

/// <summary>
/// The two queues. Limit is the live backlog, capacity what the accept queue takes (limit + 1), null where the server is an external server and was not
/// seen; both of one listener. Peaks are of the fullest listener; null when never seen.
/// </summary>
public sealed record QueueFigures(AcceptQueueFigures Accept, SynQueueFigures Syn);

/// <summary>The accept queue.</summary>
public sealed record AcceptQueueFigures(long? Limit, long? Capacity, long? Peak, long? Last)
{
    /// <summary>Each listener's own, where there are several.</summary>
    public ImmutableArray<ListenerFigures> Listeners { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>One of several listeners.</summary>
/// <param name="Limit">Live backlog.</param>
/// <param name="Peak">The longest queue.</param>
/// <param name="Last">The queue at the end.</param>
/// <param name="Drops">sk_drops; null where this kernel does not report it.</param>
public sealed record ListenerFigures(long Limit, long Peak, long Last, long? Drops);

/// <summary>The SYN queue: half-open requests.</summary>
public sealed record SynQueueFigures(long? Peak);

/// <summary>Sockets in one TCP state.</summary>
public sealed record StateFigures(long Peak, long Last);

/// <summary>Retransmissions of one kind.</summary>
/// <param name="Count">How many; without a packet tap those of SYN and SYN-ACK together, by the kernel's counter.</param>
/// <param name="ScheduleS">
/// When the first, second … came, in seconds since the first transmission: the median of all connections, or without a tap those of one client.
/// </param>
public sealed record RetransmitFigures(ulong Count, ImmutableArray<double> ScheduleS)
{
    /// <summary>The earliest and the latest of each step, in seconds; empty without a packet tap.</summary>
    public ImmutableArray<ImmutableArray<double>> Spread { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// What the kernel's rules said of each step before the run: earliest and latest, in seconds; shorter than the schedule, or empty, where no rule
    /// speaks.
    /// </summary>
    public ImmutableArray<PredictedRange> PredictedS { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>What the packet tap saw.</summary>
/// <param name="Seen">TCP segments of the run's port.</param>
/// <param name="Lost">Those that the tap's ring had no room for.</param>
/// <param name="Traced">Those in the trace.</param>
/// <param name="Trace">The trace's file in the results folder; null when it is empty.</param>
/// <param name="Sent">Segments by sender and kind.</param>
public sealed record PacketFigures(long Seen, long Lost, long Traced, string? Trace, ImmutableSortedDictionary<string, long> Sent);

/// <summary>What the server did.</summary>
public sealed record ServerFigures(long Accepted, ImmutableArray<long> PerListener, long Open, long EndOfStream, ImmutableDictionary<Errno, long> Errors);

/// <summary>
/// The scripted peer: flows begun, those that got a SYN-ACK, those of them that were not told to send the final ACK, those that were reset; segments
/// sent by kind; SYN-ACKs that came.
/// </summary>
public sealed record PeerFigures(long Flows, long Answered, long HalfOpen, long Resets, ImmutableSortedDictionary<string, long> Sent, long SynAcks);

/// <summary>A phase: from and to in seconds since the run's start; to is null when it did not end.</summary>
public sealed record PhaseFigures(string Name, double FromS, double? ToS)
{
    /// <summary>Processor time of the server's processes in the phase, in seconds, by /proc/PID/stat; null when it was not read.</summary>
    public double? ServerCpuS { get; init; }

    /// <summary>Descriptors of the server's fullest process at the phase's end, by /proc/PID/fd; null when it was not read.</summary>
    public long? ServerDescriptors { get; init; }

    /// <summary>How long after the phase's begin the accept queue, which was not empty, became empty; null when it did not.</summary>
    public double? QueueEmptiedS { get; init; }
}

/// <summary>Which of the kernel's drop paths fired: the one with most packets ("none" when none did), and the packets of each that did.</summary>
public sealed record DropPath(string Path, ImmutableSortedDictionary<string, ulong> Counts, string Sentence);
