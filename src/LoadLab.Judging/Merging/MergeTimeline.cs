using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>An observation of one member as one of the merged run: its moments on the merged clock, its worker under a number of its own.</summary>
internal static class MergeTimeline
{
    /// <summary>The same, seen from the merged run.</summary>
    /// <param name="observation">The member's.</param>
    /// <param name="worker">The member's number among the swarms.</param>
    /// <param name="later">How much later than the merged run's the member's clock began.</param>
    public static Observation Of(Observation observation, int worker, Nanoseconds later)
    {
        var moved = observation switch
        {
            ConnectsCounted counted => counted with { Worker = worker,
                Failures = [.. counted.Failures.Select(failure => failure with { First = failure.First + later, Last = failure.Last + later })] },
            ConnectRecords records => records with { Worker = worker, Rows = [.. records.Rows.Select(row => row.Moved(later))] },
            AcceptRecords records => records with { At = [.. records.At.Select(at => at + later.Value)] },
            ClientsSeen seen => seen with { Worker = worker },
            PortsSeen seen => seen with { Worker = worker },
            SynResent resent => resent with { Worker = worker },
            SyscallFailed failed => failed with { Worker = failed.Role == Role.Swarm ? worker
                : failed.Worker, First = failed.First + later, Last = failed.Last + later },
            DescriptorsSeen seen => seen with { Worker = seen.Role == Role.Swarm ? worker : seen.Worker },
            RoleReady ready => ready with { Worker = ready.Role == Role.Swarm ? worker : ready.Worker },
            RoleEnded ended => ended with { Worker = ended.Role == Role.Swarm ? worker : ended.Worker },
            _ => observation,
        };
        return moved with { T = observation.T + later };
    }
}
