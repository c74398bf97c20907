using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.NBomber;

/// <summary>
/// What the scenario's connects came to, summed up ten times a second for the observations: constant memory whatever the load, and an exact histogram
/// where NBomber has percentiles.
/// </summary>
/// <remarks>Concurrency: any thread counts, one lock; NBomber's copies run on the thread pool.</remarks>
internal sealed class ConnectTally(RunClock clock)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Syscall, Errno Errno), (long Count, Nanoseconds First, Nanoseconds Last, LatencyHistogram Durations)> failures = [];
    private LatencyHistogram latency = new();
    private long attempted;
    private long established;

    /// <summary>A connect has begun.</summary>
    public void Begin()
    {
        lock (gate)
        {
            attempted++;
        }
    }

    /// <summary>It ended.</summary>
    /// <param name="syscall">What failed, or connect.</param>
    /// <param name="errno">None: it is established.</param>
    /// <param name="began">When it began.</param>
    public void End(string syscall, Errno errno, Nanoseconds began)
    {
        var now = clock.Now;
        lock (gate)
        {
            if (errno.IsNone)
            {
                established++;
                latency.Add(now - began);
                return;
            }

            var known = failures.TryGetValue((syscall, errno), out var sum) ? sum : (0, now, now, new LatencyHistogram());
            known.Durations.Add(now - began);
            failures[(syscall, errno)] = (known.Count + 1, known.First, now, known.Durations);
        }
    }

    /// <summary>What came since the last call; null when nothing did.</summary>
    public ConnectsCounted? Take()
    {
        lock (gate)
        {
            if (attempted == 0 && established == 0 && failures.Count == 0)
            {
                return null;
            }

            // Each connection is closed as soon as it is there, so as many have ended as were established.
            var counted = new ConnectsCounted(
                0, 0, 0, attempted, established, established,
                [.. failures.Select(pair => new FailureCount(pair.Key.Syscall, pair.Key.Errno, pair.Value.Count, pair.Value.First, pair.Value.Last,
                    pair.Value.Durations))],
                latency, new LatencyHistogram()) { T = clock.Now };
            (attempted, established, latency) = (0, 0, new LatencyHistogram());
            failures.Clear();
            return counted;
        }
    }
}
