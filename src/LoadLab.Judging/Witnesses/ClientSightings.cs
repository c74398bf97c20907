using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>Failures of one kind: how many, first and last.</summary>
internal readonly record struct FailureSum(long Count, Nanoseconds First, Nanoseconds Last)
{
    public FailureSum Plus(long count, Nanoseconds first, Nanoseconds last) =>
        Count == 0 ? new(count, first, last) : new(Count + count, first < First ? first : First, last > Last ? last : Last);
}

/// <summary>What the clients said of themselves so far.</summary>
internal sealed class ClientSightings
{
    /// <summary>How <see cref="FailureCount"/> names the swarm's own time-out.</summary>
    public const string GivenUp = "connect (given up)";

    private readonly Dictionary<int, ClientsSeen> reports = [];
    private readonly int workers;

    public ClientSightings(int workers)
    {
        this.workers = workers;
    }

    private ClientSightings(ClientSightings other)
    {
        (workers, Any, Attempted, Established, LastEstablished) = (other.workers, other.Any, other.Attempted, other.Established, other.LastEstablished);
        reports = new(other.reports);
        Failures = new(other.Failures);
        Latency.Merge(other.Latency);
        Lateness.Merge(other.Lateness);
        OwnTimes = other.OwnTimes.Copy();
    }

    /// <summary>At least one count or report came.</summary>
    public bool Any { get; private set; }

    public long Attempted { get; private set; }

    public long Established { get; private set; }

    public long Failed => Failures.Values.Sum(sum => sum.Count);

    public long GaveUp => Failures.Where(pair => pair.Key.Syscall == GivenUp).Sum(pair => pair.Value.Count);

    /// <summary>When the first connect failed with this errno; null when none did.</summary>
    public Nanoseconds? FirstFailure(Errno errno)
    {
        var firsts = Failures.Where(pair => pair.Key.Errno == errno && pair.Value.Count > 0).Select(pair => pair.Value.First).ToList();
        return firsts.Count == 0 ? null : firsts.Min();
    }

    public long Pending => Attempted - Established - Failed;

    public Dictionary<(string Syscall, Errno Errno), FailureSum> Failures { get; } = [];

    public LatencyHistogram Latency { get; } = new();

    public LatencyHistogram Lateness { get; } = new();

    public OwnTimeSightings OwnTimes { get; } = new();

    /// <summary>True when every worker has reported on its sockets; a sum over some of them would be no figure of the swarm.</summary>
    public bool AllReported => reports.Count >= Math.Max(1, workers);

    public long Open => reports.Values.Sum(report => report.Open);

    public long SynRetransmits => reports.Values.Sum(report => report.SynRetransmits);

    public long Senders => reports.Values.Sum(report => report.Senders);

    public long DataRetransmits => reports.Values.Sum(report => report.DataRetransmits);

    /// <summary>When the last connect was told to be established.</summary>
    public Nanoseconds LastEstablished { get; private set; }

    public void Fold(ConnectsCounted counted)
    {
        Any = true;
        LastEstablished = counted.Established > 0 ? counted.T : LastEstablished;
        Attempted += counted.Attempted;
        Established += counted.Established;
        Latency.Merge(counted.Latency);
        Lateness.Merge(counted.Lateness);
        OwnTimes.Fold(counted);
        foreach (var failure in counted.Failures.IsDefaultOrEmpty ? [] : counted.Failures)
        {
            var key = (failure.Syscall, failure.Errno);
            Failures[key] = Failures.GetValueOrDefault(key).Plus(failure.Count, failure.First, failure.Last);
        }
    }

    public void Fold(ClientsSeen seen)
    {
        Any = true;
        reports[seen.Worker] = seen;
    }

    public ClientSightings Copy() => new(this);
}
