using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Adds up what a swarm's threads write.</summary>
/// <remarks>Concurrency: any thread adds, any thread asks; one lock, taken about a hundred times a second and thread.</remarks>
internal sealed class SwarmCounts
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string, Errno), FailureCount> failures = [];
    private readonly Dictionary<(string, Errno), FailureCount> exchangeFailures = [];
    private readonly LatencyHistogram latency = new();
    private readonly LatencyHistogram lateness = new();
    private long attempted;
    private long established;
    private long ended;

    /// <summary>Adds an observation; those that count nothing are passed over.</summary>
    public void Add(Observation observation)
    {
        lock (gate)
        {
            if (observation is ConnectsCounted counted)
            {
                attempted += counted.Attempted;
                established += counted.Established;
                ended += counted.Ended;
                latency.Merge(counted.Latency);
                lateness.Merge(counted.Lateness);
                foreach (var failure in counted.Failures)
                {
                    Merge(failures, failure);
                }
            }
            else if (observation is SyscallFailed failed)
            {
                Merge(exchangeFailures, new FailureCount(failed.Syscall, failed.Errno, failed.Count, failed.First, failed.Last));
            }
        }
    }

    /// <summary>One line on how things stand.</summary>
    public string Line(Nanoseconds since)
    {
        lock (gate)
        {
            var failed = failures.Values.Sum(failure => failure.Count);
            return $"{since.Seconds,4:0} s  attempted {attempted}, established {established}, failed {failed}, pending {attempted - established - failed}, "
                + $"ended {ended}";
        }
    }

    /// <summary>The whole.</summary>
    public SwarmSummary Summarise(ClientsSeen last, Nanoseconds lasted)
    {
        lock (gate)
        {
            return new SwarmSummary
            {
                Attempted = attempted,
                Established = established,
                Ended = ended,
                Failed = failures.Values.Sum(failure => failure.Count),
                Open = last.Open,
                SynRetransmits = last.SynRetransmits,
                Failures = [.. failures.Values.OrderByDescending(failure => failure.Count)],
                ExchangeFailures = [.. exchangeFailures.Values.OrderByDescending(failure => failure.Count)],
                Latency = latency,
                Lateness = lateness,
                Lasted = lasted,
            };
        }
    }

    private static void Merge(Dictionary<(string, Errno), FailureCount> into, FailureCount failure)
    {
        var key = (failure.Syscall, failure.Errno);
        into[key] = into.TryGetValue(key, out var known)
            ? known with
            {
                Count = known.Count + failure.Count,
                First = known.First < failure.First ? known.First : failure.First,
                Last = known.Last > failure.Last ? known.Last : failure.Last,
            }
            : failure;
    }
}
