namespace LoadLab.Model;

/// <summary>Something done with an observation of each kind. A new kind compiles only once every visitor knows it.</summary>
public interface IObservationVisitor
{
    /// <summary>A <see cref="Model.PhaseBegan"/>.</summary>
    void PhaseBegan(PhaseBegan seen);

    /// <summary>A <see cref="Model.PhaseEnded"/>.</summary>
    void PhaseEnded(PhaseEnded seen);

    /// <summary>A <see cref="Model.RoleReady"/>.</summary>
    void RoleReady(RoleReady seen);

    /// <summary>A <see cref="Model.RoleEnded"/>.</summary>
    void RoleEnded(RoleEnded seen);

    /// <summary>A <see cref="Model.CommandDone"/>.</summary>
    void CommandDone(CommandDone seen);

    /// <summary>A <see cref="Model.SysctlRead"/>.</summary>
    void SysctlRead(SysctlRead seen);

    /// <summary>A <see cref="Model.ListenersSeen"/>.</summary>
    void ListenersSeen(ListenersSeen seen);

    /// <summary>A <see cref="Model.StatesSeen"/>.</summary>
    void StatesSeen(StatesSeen seen);

    /// <summary>A <see cref="Model.CountersSeen"/>.</summary>
    void CountersSeen(CountersSeen seen);

    /// <summary>A <see cref="Model.ConnectsCounted"/>.</summary>
    void ConnectsCounted(ConnectsCounted seen);

    /// <summary>A <see cref="Model.ConnectRecords"/>.</summary>
    void ConnectRecords(ConnectRecords seen);

    /// <summary>A <see cref="Model.AcceptRecords"/>.</summary>
    void AcceptRecords(AcceptRecords seen);

    /// <summary>A <see cref="Model.ClientsSeen"/>.</summary>
    void ClientsSeen(ClientsSeen seen);

    /// <summary>A <see cref="Model.PortsSeen"/>.</summary>
    void PortsSeen(PortsSeen seen);

    /// <summary>A <see cref="Model.SynResent"/>.</summary>
    void SynResent(SynResent seen);

    /// <summary>A <see cref="Model.SyscallFailed"/>.</summary>
    void SyscallFailed(SyscallFailed seen);

    /// <summary>A <see cref="Model.ServerTally"/>.</summary>
    void ServerTally(ServerTally seen);

    /// <summary>A <see cref="Model.DescriptorsSeen"/>.</summary>
    void DescriptorsSeen(DescriptorsSeen seen);

    /// <summary>A <see cref="Model.PacketsCounted"/>.</summary>
    void PacketsCounted(PacketsCounted seen);

    /// <summary>A <see cref="Model.Retransmitted"/>.</summary>
    void Retransmitted(Retransmitted seen);

    /// <summary>A <see cref="Model.RetransmitsCounted"/>.</summary>
    void RetransmitsCounted(RetransmitsCounted seen);

    /// <summary>A <see cref="Model.HalfOpenSeen"/>.</summary>
    void HalfOpenSeen(HalfOpenSeen seen);

    /// <summary>A <see cref="Model.PeerTally"/>.</summary>
    void PeerTally(PeerTally seen);

    /// <summary>A <see cref="Model.ProcessSeen"/>.</summary>
    void ProcessSeen(ProcessSeen seen);

    /// <summary>A <see cref="Model.CpuUsed"/>.</summary>
    void CpuUsed(CpuUsed seen);

    /// <summary>A <see cref="Model.ProbeAnswered"/>.</summary>
    void ProbeAnswered(ProbeAnswered seen);

    /// <summary>A <see cref="Model.ProbeSeen"/>.</summary>
    void ProbeSeen(ProbeSeen seen);

    /// <summary>A <see cref="Model.StepSeen"/>.</summary>
    void StepSeen(StepSeen seen);

    /// <summary>A <see cref="Model.SessionEnded"/>.</summary>
    void SessionEnded(SessionEnded seen);

    /// <summary>A <see cref="Model.FilesSeen"/>.</summary>
    void FilesSeen(FilesSeen seen);

    /// <summary>A <see cref="Model.KernelLogged"/>.</summary>
    void KernelLogged(KernelLogged seen);

    /// <summary>A <see cref="Model.ReplicaReady"/>.</summary>
    void ReplicaReady(ReplicaReady seen);

    /// <summary>A <see cref="Model.ToolFigures"/>.</summary>
    void ToolFigures(ToolFigures seen);

    /// <summary>A <see cref="Model.ClockGap"/>.</summary>
    void ClockGap(ClockGap seen);

    /// <summary>A <see cref="Model.SamplesLost"/>.</summary>
    void SamplesLost(SamplesLost seen);

    /// <summary>A <see cref="Model.Note"/>.</summary>
    void Note(Note seen);
}
