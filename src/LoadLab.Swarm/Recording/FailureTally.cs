using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Failures by system call and errno, with the first and the last moment of each: constant memory whatever their number.</summary>
internal sealed class FailureTally
{
    private readonly List<FailureCount> kinds = [];

    /// <summary>True when nothing failed.</summary>
    public bool IsEmpty => kinds.Count == 0;

    /// <summary>Counts one.</summary>
    public void Add(string syscall, Errno errno, long at)
    {
        for (var i = 0; i < kinds.Count; i++)
        {
            var kind = kinds[i];
            if (kind.Errno == errno && string.Equals(kind.Syscall, syscall, StringComparison.Ordinal))
            {
                kinds[i] = kind with { Count = kind.Count + 1, Last = new Nanoseconds(at) };
                return;
            }
        }

        kinds.Add(new FailureCount(syscall, errno, 1, new Nanoseconds(at), new Nanoseconds(at)));
    }

    /// <summary>All of them; empty afterwards.</summary>
    public ImmutableArray<FailureCount> Take()
    {
        var taken = kinds.ToImmutableArray();
        kinds.Clear();
        return taken;
    }
}
