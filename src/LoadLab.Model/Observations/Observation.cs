using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>The only truth of a run: one line of observations.jsonl. All figures, views and verdicts are made from these.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PhaseBegan), "phase-began")]
[JsonDerivedType(typeof(PhaseEnded), "phase-ended")]
[JsonDerivedType(typeof(RoleReady), "role-ready")]
[JsonDerivedType(typeof(RoleEnded), "role-ended")]
[JsonDerivedType(typeof(CommandDone), "command-done")]
[JsonDerivedType(typeof(SysctlRead), "sysctl-read")]
[JsonDerivedType(typeof(ListenersSeen), "listeners-seen")]
[JsonDerivedType(typeof(StatesSeen), "states-seen")]
[JsonDerivedType(typeof(CountersSeen), "counters-seen")]
[JsonDerivedType(typeof(ConnectsCounted), "connects-counted")]
[JsonDerivedType(typeof(ConnectRecords), "connect-records")]
[JsonDerivedType(typeof(AcceptRecords), "accept-records")]
[JsonDerivedType(typeof(ClientsSeen), "clients-seen")]
[JsonDerivedType(typeof(PortsSeen), "ports-seen")]
[JsonDerivedType(typeof(SynResent), "syn-resent")]
[JsonDerivedType(typeof(SyscallFailed), "syscall-failed")]
[JsonDerivedType(typeof(ServerTally), "server-tally")]
[JsonDerivedType(typeof(DescriptorsSeen), "descriptors-seen")]
[JsonDerivedType(typeof(PacketsCounted), "packets-counted")]
[JsonDerivedType(typeof(Retransmitted), "retransmitted")]
[JsonDerivedType(typeof(RetransmitsCounted), "retransmits-counted")]
[JsonDerivedType(typeof(HalfOpenSeen), "half-open-seen")]
[JsonDerivedType(typeof(PeerTally), "peer-tally")]
[JsonDerivedType(typeof(ProcessSeen), "process-seen")]
[JsonDerivedType(typeof(CpuUsed), "cpu-used")]
[JsonDerivedType(typeof(ProbeAnswered), "probe-answered")]
[JsonDerivedType(typeof(ProbeSeen), "probe-seen")]
[JsonDerivedType(typeof(StepSeen), "step-seen")]
[JsonDerivedType(typeof(SessionEnded), "session-ended")]
[JsonDerivedType(typeof(FilesSeen), "files-seen")]
[JsonDerivedType(typeof(KernelLogged), "kernel-logged")]
[JsonDerivedType(typeof(ReplicaReady), "replica-ready")]
[JsonDerivedType(typeof(ToolFigures), "tool-figures")]
[JsonDerivedType(typeof(ClockGap), "clock-gap")]
[JsonDerivedType(typeof(SamplesLost), "samples-lost")]
[JsonDerivedType(typeof(Note), "note")]
public abstract record Observation
{
    /// <summary>When: nanoseconds since the run's start, on the monotonic clock.</summary>
    public Nanoseconds T { get; init; }

    /// <summary>The variant it belongs to; "" for the only one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Variant { get; init; }

    /// <summary>Calls the visitor's method of this kind.</summary>
    public abstract void Visit(IObservationVisitor visitor);
}
