using LoadLab.Model;

namespace LoadLab.Reporting.Series;

/// <summary>
/// What one variant's observations say over time, folded to bounded traces and distributions: all that a report draws beside run.json's figures.
/// </summary>
/// <remarks>Not thread-safe: one thread folds.</remarks>
/// <param name="lastPhase">The name of its last phase; null when it has none.</param>
internal sealed class VariantSeries(string? lastPhase)
{
    private const int MostListeners = 8;
    private readonly SortedDictionary<(ListenerWitness Witness, int Id), BucketTrace> queues = [];
    private readonly Dictionary<(int Worker, int Thread), long> ports = [];
    private (long Attempted, long Established, long Failed) sums;
    private bool isOver;

    /// <summary>
    /// From the begin of the first phase to the end of the last one, or to the last moment of which anything is known; in seconds since the run's
    /// start.
    /// </summary>
    public (double From, double To)? Span { get; private set; }

    /// <summary>Length of the accept queue by witness and listener; the first eight listeners, the others are in run.json's peak.</summary>
    public IReadOnlyDictionary<(ListenerWitness Witness, int Id), BucketTrace> AcceptQueues => queues;

    /// <summary>The live backlog of the first listener.</summary>
    public BucketTrace LiveBacklog { get; } = new();

    /// <summary>Half-open requests.</summary>
    public BucketTrace HalfOpen { get; } = new();

    /// <summary>Sockets of both ends by TCP state, without listeners.</summary>
    public SortedDictionary<string, BucketTrace> States { get; } = new(StringComparer.Ordinal);

    /// <summary>Connects issued so far.</summary>
    public BucketTrace Attempted { get; } = new();

    /// <summary>Established so far.</summary>
    public BucketTrace Established { get; } = new();

    /// <summary>Failed so far.</summary>
    public BucketTrace Failed { get; } = new();

    /// <summary>Issued, and neither established nor failed yet.</summary>
    public BucketTrace Pending { get; } = new();

    /// <summary>Counters that moved, by name: how much since the variant's start.</summary>
    public SortedDictionary<string, BucketTrace> Counters { get; } = new(StringComparer.Ordinal);

    /// <summary>Descriptors open, by role and worker, with their soft limit.</summary>
    public SortedDictionary<(Role Role, int Worker), (BucketTrace Open, long Soft)> Descriptors { get; } = [];

    /// <summary>Local ports in use by all threads.</summary>
    public BucketTrace Ports { get; } = new();

    /// <summary>Local ports there are for a load; 0 when it is not known.</summary>
    public long PortsAvailable { get; private set; }

    /// <summary>Open files of the whole kernel, with fs.file-max; only of a kernel of its own.</summary>
    public BucketTrace Files { get; } = new();

    /// <summary>fs.file-max; 0 when it is not known.</summary>
    public long FilesLimit { get; private set; }

    /// <summary>Of established connects, from the intended start to the end of the handshake.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Those of them whose SYN was retransmitted, by how often.</summary>
    public SortedDictionary<int, LatencyHistogram> Resent { get; } = [];

    /// <summary>How long failed connects took, by errno.</summary>
    public SortedDictionary<string, LatencyHistogram> FailedAfter { get; } = new(StringComparer.Ordinal);

    /// <summary>Retransmissions by what they carry and attempt.</summary>
    public SortedDictionary<(RetransmitKind Kind, int Attempt), long> Retransmits { get; } = [];

    /// <summary>Takes the next observation. What comes after the last phase is the lab being taken down, which is not part of the run.</summary>
    public void Fold(Observation observation)
    {
        if (isOver)
        {
            return;
        }

        var at = observation.T.Seconds;
        isOver = observation is PhaseEnded ended && ended.Phase == lastPhase;
        Span = Span is { } span ? (span.From, Math.Max(span.To, at)) : observation is PhaseBegan || lastPhase is null ? (at, at) : null;

        switch (observation)
        {
            case ListenersSeen seen: Take(seen); break;
            case HalfOpenSeen seen: HalfOpen.Add(seen.T, seen.Requests); break;
            case StatesSeen seen: Take(seen); break;
            case ConnectsCounted counted: Take(counted); break;
            case CountersSeen seen: Take(seen); break;
            case DescriptorsSeen seen: Take(seen.T, seen.Role, seen.Worker, seen.Open, seen.Soft); break;
            case ProcessSeen seen: Take(seen.T, seen.Role, seen.Worker, seen.Open, seen.Soft); break;
            case PortsSeen seen: Take(seen); break;
            case FilesSeen seen: Files.Add(seen.T, seen.InUse); FilesLimit = seen.Limit; break;
            case RetransmitsCounted counted: Take(counted); break;
        }
    }

    private void Take(ListenersSeen seen)
    {
        foreach (var listener in seen.Listeners.Where(listener => listener.Id < MostListeners))
        {
            if (!queues.TryGetValue((seen.Witness, listener.Id), out var trace))
            {
                queues[(seen.Witness, listener.Id)] = trace = new BucketTrace();
            }

            trace.Add(seen.T, listener.Queue);
            if (listener.Id == 0)
            {
                LiveBacklog.Add(seen.T, listener.LiveBacklog);
            }
        }
    }

    private void Take(StatesSeen seen)
    {
        HalfOpen.Add(seen.T, seen.Server.GetValueOrDefault("SYN-RECV"));
        foreach (var state in seen.Client.Keys.Concat(seen.Server.Keys).Concat(States.Keys).Where(state => state != "LISTEN").Distinct().ToList())
        {
            if (!States.TryGetValue(state, out var trace))
            {
                States[state] = trace = new BucketTrace();
            }

            trace.Add(seen.T, seen.Client.GetValueOrDefault(state) + seen.Server.GetValueOrDefault(state));
        }
    }

    private void Take(ConnectsCounted counted)
    {
        sums = (sums.Attempted + counted.Attempted, sums.Established + counted.Established, sums.Failed + counted.Failures.Sum(failure => failure.Count));
        Attempted.Add(counted.T, sums.Attempted);
        Established.Add(counted.T, sums.Established);
        Failed.Add(counted.T, sums.Failed);
        Pending.Add(counted.T, sums.Attempted - sums.Established - sums.Failed);
        Latency.Merge(counted.Latency);
        foreach (var resent in counted.Resent ?? [])
        {
            Merge(Resent, resent.Retransmits, resent.Latency);
        }

        foreach (var failure in counted.Failures)
        {
            if (failure.Duration is { } duration)
            {
                Merge(FailedAfter, failure.Errno.Name, duration);
            }
        }
    }

    private void Take(CountersSeen seen)
    {
        foreach (var (name, delta) in seen.Delta)
        {
            if (!Counters.TryGetValue(name, out var trace))
            {
                Counters[name] = trace = new BucketTrace();
            }

            trace.Add(seen.T, delta);
        }
    }

    private void Take(Nanoseconds at, Role role, int worker, long open, long soft)
    {
        var trace = Descriptors.TryGetValue((role, worker), out var known) ? known.Open : new BucketTrace();
        trace.Add(at, open);
        Descriptors[(role, worker)] = (trace, soft);
    }

    private void Take(PortsSeen seen)
    {
        ports[(seen.Worker, seen.Thread)] = seen.InUse;
        PortsAvailable = seen.Available;
        Ports.Add(seen.T, ports.Values.Sum());
    }

    private void Take(RetransmitsCounted counted)
    {
        foreach (var sum in counted.Sums)
        {
            Retransmits[(sum.Segment, sum.Attempt)] = Retransmits.GetValueOrDefault((sum.Segment, sum.Attempt)) + sum.SinceFirst.Count;
        }
    }

    private static void Merge<T>(SortedDictionary<T, LatencyHistogram> into, T key, LatencyHistogram more)
        where T : notnull
    {
        if (!into.TryGetValue(key, out var held))
        {
            into[key] = held = new LatencyHistogram();
        }

        held.Merge(more);
    }
}
