using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Looks at the descriptors of one process.</summary>
public static class ProcessInspection
{
    /// <summary>The process; null when there is none of this pid. What this user may not see of it is null.</summary>
    public static ProcessView? Look(int pid)
    {
        if (ProcessTable.NameOf(pid) is not { } name || ProcessLimits.ReadNofile(pid) is not { } limits)
        {
            return null;
        }

        // The states before the descriptors: a socket that comes in between has none yet, rather than one that is gone.
        var states = SocketTable.StatesByInode(pid);
        var descriptors = ProcessDescriptors.Read(pid);
        var sockets = descriptors?.SocketInodes.Distinct().ToList();
        var tcp = states is null ? null : sockets?.Where(states.ContainsKey).ToList();
        var theirs = ProcessTable.NetworkNamespaceOf(pid);
        return new ProcessView
        {
            Pid = pid,
            Name = name,
            Open = descriptors?.Open,
            Free = descriptors is null ? null : Math.Max(0, limits.Soft - descriptors.Numbers.Count(number => number < limits.Soft)),
            Places = ProcessTable.FdTableSize(pid),
            Soft = limits.Soft,
            Hard = limits.Hard,
            States = tcp?.CountBy(inode => states![inode]).ToImmutableSortedDictionary(pair => TcpStates.NameOf(pair.Key), pair => (long)pair.Value),
            OtherSockets = tcp is null ? null : sockets!.Count - tcp.Count,
            IsElsewhere = theirs is null ? null : theirs != ProcessTable.NetworkNamespaceOf(Environment.ProcessId),
        };
    }
}
