using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>Which kind of observation; its word is the first field of its JSON line.</summary>
public enum ObservationKind
{
    /// <summary><see cref="PhaseBegan"/>.</summary>
    PhaseBegan,

    /// <summary><see cref="PhaseEnded"/>.</summary>
    PhaseEnded,

    /// <summary><see cref="RoleReady"/>.</summary>
    RoleReady,

    /// <summary><see cref="RoleEnded"/>.</summary>
    RoleEnded,

    /// <summary><see cref="CommandDone"/>.</summary>
    CommandDone,

    /// <summary><see cref="SysctlRead"/>.</summary>
    SysctlRead,

    /// <summary><see cref="ListenersSeen"/>.</summary>
    ListenersSeen,

    /// <summary><see cref="StatesSeen"/>.</summary>
    StatesSeen,

    /// <summary><see cref="CountersSeen"/>.</summary>
    CountersSeen,

    /// <summary><see cref="ConnectsCounted"/>.</summary>
    ConnectsCounted,

    /// <summary><see cref="ConnectRecords"/>.</summary>
    ConnectRecords,

    /// <summary><see cref="ClientsSeen"/>.</summary>
    ClientsSeen,

    /// <summary><see cref="PortsSeen"/>.</summary>
    PortsSeen,

    /// <summary><see cref="SynResent"/>.</summary>
    SynResent,

    /// <summary><see cref="SyscallFailed"/>.</summary>
    SyscallFailed,

    /// <summary><see cref="ServerTally"/>.</summary>
    ServerTally,

    /// <summary><see cref="DescriptorsSeen"/>.</summary>
    DescriptorsSeen,

    /// <summary><see cref="PacketsCounted"/>.</summary>
    PacketsCounted,

    /// <summary><see cref="Retransmitted"/>.</summary>
    Retransmitted,

    /// <summary><see cref="RetransmitsCounted"/>.</summary>
    RetransmitsCounted,

    /// <summary><see cref="HalfOpenSeen"/>.</summary>
    HalfOpenSeen,

    /// <summary><see cref="PeerTally"/>.</summary>
    PeerTally,

    /// <summary><see cref="ProcessSeen"/>.</summary>
    ProcessSeen,

    /// <summary><see cref="CpuUsed"/>.</summary>
    CpuUsed,

    /// <summary><see cref="ProbeAnswered"/>.</summary>
    ProbeAnswered,

    /// <summary><see cref="ProbeSeen"/>.</summary>
    ProbeSeen,

    /// <summary><see cref="StepSeen"/>.</summary>
    StepSeen,

    /// <summary><see cref="SessionEnded"/>.</summary>
    SessionEnded,

    /// <summary><see cref="FilesSeen"/>.</summary>
    FilesSeen,

    /// <summary><see cref="KernelLogged"/>.</summary>
    KernelLogged,

    /// <summary><see cref="ReplicaReady"/>.</summary>
    ReplicaReady,

    /// <summary><see cref="ToolFigures"/>.</summary>
    ToolFigures,

    /// <summary><see cref="ClockGap"/>.</summary>
    ClockGap,

    /// <summary><see cref="SamplesLost"/>.</summary>
    SamplesLost,

    /// <summary><see cref="Note"/>.</summary>
    Note,
}

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
    /// <summary>Which of the family.</summary>
    [JsonIgnore]
    public abstract ObservationKind Kind { get; }

    /// <summary>When: nanoseconds since the run's start, on the monotonic clock.</summary>
    public Nanoseconds T { get; init; }

    /// <summary>The variant it belongs to; "" for the only one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Variant { get; init; }
}
