using LoadLab.Model;

namespace LoadLab.Judging;

/// <content>Where each observation goes.</content>
public sealed partial class VariantEvidence : IObservationVisitor
{
    void IObservationVisitor.PhaseBegan(PhaseBegan seen) => Began(seen);

    void IObservationVisitor.PhaseEnded(PhaseEnded seen) => Ended(seen);

    void IObservationVisitor.RoleReady(RoleReady seen)
    {
        // No witness reads it.
    }

    void IObservationVisitor.RoleEnded(RoleEnded seen) => Ended(seen);

    void IObservationVisitor.CommandDone(CommandDone seen) => Done(seen);

    void IObservationVisitor.SysctlRead(SysctlRead seen) => Read(seen);

    void IObservationVisitor.ListenersSeen(ListenersSeen seen) => Saw(seen);

    void IObservationVisitor.StatesSeen(StatesSeen seen) => current.States.Fold(seen);

    void IObservationVisitor.CountersSeen(CountersSeen seen) => current.Counters.Fold(seen);

    void IObservationVisitor.ConnectsCounted(ConnectsCounted seen) => current.Clients.Fold(seen);

    void IObservationVisitor.ConnectRecords(ConnectRecords seen)
    {
        // No witness reads it.
    }

    void IObservationVisitor.AcceptRecords(AcceptRecords seen)
    {
        // No witness reads it.
    }

    void IObservationVisitor.ClientsSeen(ClientsSeen seen) => current.Clients.Fold(seen);

    void IObservationVisitor.PortsSeen(PortsSeen seen)
    {
        // No witness reads it.
    }

    void IObservationVisitor.SynResent(SynResent seen) => Saw(seen);

    void IObservationVisitor.SyscallFailed(SyscallFailed seen) => Failed(seen);

    void IObservationVisitor.ServerTally(ServerTally seen) => Saw(seen);

    void IObservationVisitor.DescriptorsSeen(DescriptorsSeen seen) => current.Processes.Fold(seen);

    void IObservationVisitor.PacketsCounted(PacketsCounted seen) => current.Packets.Fold(seen);

    void IObservationVisitor.Retransmitted(Retransmitted seen) => current.Packets.Fold(seen);

    void IObservationVisitor.RetransmitsCounted(RetransmitsCounted seen) => current.Packets.Fold(seen);

    void IObservationVisitor.HalfOpenSeen(HalfOpenSeen seen) => current.HalfOpen = seen;

    void IObservationVisitor.PeerTally(PeerTally seen) => current.Peer = seen;

    void IObservationVisitor.ProcessSeen(ProcessSeen seen) => current.Processes.Fold(seen);

    void IObservationVisitor.CpuUsed(CpuUsed seen) => current.Processes.Fold(seen);

    void IObservationVisitor.ProbeAnswered(ProbeAnswered seen) => current.Probe.Fold(seen);

    void IObservationVisitor.ProbeSeen(ProbeSeen seen) => current.Probe.Fold(seen);

    void IObservationVisitor.StepSeen(StepSeen seen) => current.Sessions.Fold(seen);

    void IObservationVisitor.SessionEnded(SessionEnded seen) => current.Sessions.Fold(seen);

    void IObservationVisitor.FilesSeen(FilesSeen seen) => current.Files.Fold(seen);

    void IObservationVisitor.KernelLogged(KernelLogged seen) => current.KernelLog.Fold(seen);

    void IObservationVisitor.ReplicaReady(ReplicaReady seen)
    {
        // No witness reads it.
    }

    void IObservationVisitor.ToolFigures(ToolFigures seen) => Saw(seen);

    void IObservationVisitor.ClockGap(ClockGap seen) => current.Saw(seen);

    void IObservationVisitor.SamplesLost(SamplesLost seen) => Lost(seen);

    void IObservationVisitor.Note(Note seen) => Note(seen.Text);
}
