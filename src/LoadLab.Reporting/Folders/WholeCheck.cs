using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>Whether an observation has every field that its writer writes: the serializer leaves null what is missing.</summary>
internal sealed class WholeCheck : IObservationVisitor
{
    // More than any kernel has, and so few that sums of them do not overflow.
    private const long MostConnections = 1L << 40;

    /// <summary>False when a field is missing.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Checks one.</summary>
    public static bool Of(Observation observation)
    {
        var check = new WholeCheck();
        observation.Visit(check);
        return check.IsWhole;
    }

    public void PhaseBegan(PhaseBegan seen) => IsWhole = seen.Phase is not null;

    public void PhaseEnded(PhaseEnded seen) => IsWhole = seen.Phase is not null;

    public void RoleReady(RoleReady seen)
    {
        // It has no field that may be missing.
    }

    public void RoleEnded(RoleEnded seen) => IsWhole = seen.LastWords is not null;

    public void CommandDone(CommandDone seen)
    {
        // It has no field that may be missing.
    }

    public void SysctlRead(SysctlRead seen) => IsWhole = seen.Name is not null;

    public void ListenersSeen(ListenersSeen seen) => IsWhole = !seen.Listeners.IsDefault;

    public void StatesSeen(StatesSeen seen) => IsWhole = seen is { Client: not null, Server: not null }
            && seen.Client.Values.Concat(seen.Server.Values).All(count => count is >= 0 and <= MostConnections);

    public void CountersSeen(CountersSeen seen) => IsWhole = seen.Delta is not null && !seen.Absent.IsDefault;

    public void ConnectsCounted(ConnectsCounted seen) => IsWhole = seen is { Latency: not null, Lateness: not null,
        Attempted: >= 0 and <= MostConnections, Established: >= 0 and <= MostConnections, Ended: >= 0 and <= MostConnections }
            && !(seen.Resent ?? []).Any(resent => resent.Latency is null) && !seen.Failures.IsDefault
                && (seen.OwnTimes.IsDefault || seen.OwnTimes.All(one => one.Times is not null))
                && seen.Failures.All(failure => failure is { Syscall: not null, Count: >= 0 and <= MostConnections });

    public void ConnectRecords(ConnectRecords seen) => IsWhole = !seen.Rows.IsDefault;

    public void ClientsSeen(ClientsSeen seen)
    {
        // It has no field that may be missing.
    }

    public void PortsSeen(PortsSeen seen)
    {
        // It has no field that may be missing.
    }

    public void SynResent(SynResent seen)
    {
        // It has no field that may be missing.
    }

    public void SyscallFailed(SyscallFailed seen) => IsWhole = seen.Syscall is not null;

    public void ServerTally(ServerTally seen) => IsWhole = seen is { Errors: not null } && !seen.PerListener.IsDefault;

    public void DescriptorsSeen(DescriptorsSeen seen)
    {
        // It has no field that may be missing.
    }

    public void PacketsCounted(PacketsCounted seen) => IsWhole = seen.Sent is not null;

    public void Retransmitted(Retransmitted seen) => IsWhole = seen is { From: not null, To: not null };

    public void RetransmitsCounted(RetransmitsCounted seen) => IsWhole = seen is { Sums.IsDefault: false }
            && seen.Sums.All(sum => sum is { SinceFirst: not null, SincePrevious: not null });

    public void HalfOpenSeen(HalfOpenSeen seen)
    {
        // It has no field that may be missing.
    }

    public void PeerTally(PeerTally seen) => IsWhole = seen is { Sent: not null, Options: not null };

    public void ProcessSeen(ProcessSeen seen)
    {
        // It has no field that may be missing.
    }

    public void CpuUsed(CpuUsed seen)
    {
        // It has no field that may be missing.
    }

    public void ProbeAnswered(ProbeAnswered seen) => IsWhole = seen.Step is not null;

    public void ProbeSeen(ProbeSeen seen) => IsWhole = seen.Step is not null;

    public void StepSeen(StepSeen seen) =>
        IsWhole = seen is { Session: not null, Step: not null, Counters: not null } && !seen.Sockets.IsDefault && !seen.Packets.IsDefault;

    public void SessionEnded(SessionEnded seen) => IsWhole = seen.Session is not null;

    public void FilesSeen(FilesSeen seen)
    {
        // It has no field that may be missing.
    }

    public void KernelLogged(KernelLogged seen) => IsWhole = seen.Line is not null;

    public void ReplicaReady(ReplicaReady seen) => IsWhole = seen is { Replica: not null, Address: not null };

    public void ToolFigures(ToolFigures seen) => IsWhole = seen is { Tool: not null, Scenario: not null, StatusCodes: not null };

    public void ClockGap(ClockGap seen)
    {
        // It has no field that may be missing.
    }

    public void SamplesLost(SamplesLost seen) => IsWhole = seen is { Source: not null, Why: not null };

    public void Note(Note seen) => IsWhole = seen.Text is not null;
}
