using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>System calls of the server that failed, by call and errno: since they were last taken, and since the start.</summary>
/// <remarks>
/// Concurrency: any thread, under one lock that is held for some tens of nanoseconds. Memory: one entry for each pair of call and errno, however many
/// there are of it.
/// </remarks>
internal sealed class FailureCounts(RunClock clock)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Syscall, Errno Errno), FailureCount> recent = [];
    private readonly Dictionary<(string Syscall, Errno Errno), long> total = [];

    /// <summary>One more, now.</summary>
    public void Add(string syscall, Errno errno)
    {
        lock (gate)
        {
            var now = clock.Now;
            var key = (syscall, errno);
            recent[key] = recent.TryGetValue(key, out var earlier)
                ? earlier with { Count = earlier.Count + 1, Last = now }
                : new FailureCount(syscall, errno, 1, now, now);
            total[key] = total.GetValueOrDefault(key) + 1;
        }
    }

    /// <summary>Those since the last time that this was called.</summary>
    /// <param name="accepts">Failures of accept4 since the start, at the same moment.</param>
    public ImmutableArray<FailureCount> Take(out long accepts)
    {
        lock (gate)
        {
            accepts = Count("accept4");
            if (recent.Count == 0)
            {
                return [];
            }

            ImmutableArray<FailureCount> taken = [.. recent.Values];
            recent.Clear();
            return taken;
        }
    }

    /// <summary>Failures of one call since the start, whatever their errno.</summary>
    public long Count(string syscall)
    {
        lock (gate)
        {
            return total.Where(pair => pair.Key.Syscall == syscall).Sum(pair => pair.Value);
        }
    }

    /// <summary>All since the start.</summary>
    public ImmutableArray<(string Syscall, Errno Errno, long Count)> Total()
    {
        lock (gate)
        {
            return [.. total.Select(pair => (pair.Key.Syscall, pair.Key.Errno, pair.Value))];
        }
    }
}
