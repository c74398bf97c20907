using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>
/// Failures by system call and errno, with the first and the last moment of each, and how long failed connects took: constant memory whatever their
/// number.
/// </summary>
internal sealed class FailureTally
{
    private readonly List<FailureCount> kinds = [];

    /// <summary>True when nothing failed.</summary>
    public bool IsEmpty => kinds.Count == 0;

    /// <summary>Counts one.</summary>
    /// <param name="syscall">The call.</param>
    /// <param name="errno">What the kernel said.</param>
    /// <param name="at">When.</param>
    /// <param name="durationNs">Of a failed connect: since its intended start; null for another call.</param>
    public void Add(string syscall, Errno errno, long at, long? durationNs = null)
    {
        for (var i = 0; i < kinds.Count; i++)
        {
            var kind = kinds[i];
            if (kind.Errno == errno && string.Equals(kind.Syscall, syscall, StringComparison.Ordinal))
            {
                kinds[i] = kind with { Count = kind.Count + 1, Last = new Nanoseconds(at) };
                kind.Duration?.Add(new Nanoseconds(durationNs ?? 0));
                return;
            }
        }

        var durations = durationNs is null ? null : new LatencyHistogram();
        durations?.Add(new Nanoseconds(durationNs!.Value));
        kinds.Add(new FailureCount(syscall, errno, 1, new Nanoseconds(at), new Nanoseconds(at), durations));
    }

    /// <summary>All of them; empty afterwards.</summary>
    public ImmutableArray<FailureCount> Take()
    {
        var taken = kinds.ToImmutableArray();
        kinds.Clear();
        return taken;
    }
}
