using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What every witness had said up to one moment: of constant size, whatever the number of observations.</summary>
internal sealed class Sightings
{
    public Sightings(int workers, SynSchedule synSchedule)
    {
        Clients = new ClientSightings(workers);
        SynSchedule = synSchedule;
    }

    private Sightings(Sightings other)
    {
        SynSchedule = other.SynSchedule;
        Clients = other.Clients.Copy();
        SockDiag = other.SockDiag.Copy();
        TcpInfo = other.TcpInfo.Copy();
        States = other.States.Copy();
        Counters = other.Counters.Copy();
        Packets = other.Packets.Copy();
        Processes = other.Processes.Copy();
        Probe = other.Probe.Copy();
        Sessions = other.Sessions.Copy();
        Files = other.Files.Copy();
        KernelLog = other.KernelLog.Copy();
        SyscallFailures = new(other.SyscallFailures);
        Losses = new(other.Losses);
        LateLooks = other.LateLooks.Copy();
        (Server, Peer, LoadStart, IsConsistent, Late) = (other.Server, other.Peer, other.LoadStart, other.IsConsistent, other.Late);
        ClockGaps = new(other.ClockGaps);
        HalfOpen = other.HalfOpen;
        Tool = new(other.Tool, StringComparer.Ordinal);
        ServerErrors = new(other.ServerErrors);
        ServerFailures = other.ServerFailures;
    }

    public SynSchedule SynSchedule { get; }

    public ClientSightings Clients { get; }

    public ListenerSightings SockDiag { get; } = new();

    public ListenerSightings TcpInfo { get; } = new();

    public ListenerSightings Listeners(ListenerWitness by) => by switch
    {
        ListenerWitness.SockDiag => SockDiag,
        ListenerWitness.TcpInfo => TcpInfo,
    };

    public StateSightings States { get; } = new();

    public CounterSightings Counters { get; } = new();

    public PacketSightings Packets { get; } = new();

    public ProcessSightings Processes { get; } = new();

    public ProbeSightings Probe { get; } = new();

    public SessionSightings Sessions { get; } = new();

    public FileSightings Files { get; } = new();

    public KernelLogSightings KernelLog { get; } = new();

    /// <summary>The half-open requests at the last look; null without a look.</summary>
    public HalfOpenSeen? HalfOpen { get; set; }

    /// <summary>What another tool counted of the same clients in the whole run, by its scenario; empty before it has said.</summary>
    public SortedDictionary<string, ToolFigures> Tool { get; } = new(StringComparer.Ordinal);

    public Dictionary<(Role Role, string Syscall, Errno Errno), FailureSum> SyscallFailures { get; } = [];

    /// <summary>Lost samples by source: how many, and the last reason.</summary>
    public Dictionary<string, (long Count, string Why)> Losses { get; } = [];

    /// <summary>When which sampler looked late.</summary>
    public LateLooks LateLooks { get; } = new();

    /// <summary>The server's last tally; null before the first.</summary>
    public ServerTally? Server { get; set; }

    /// <summary>The scripted peer's last tally; null before the first.</summary>
    public PeerTally? Peer { get; set; }

    /// <summary>When a connection of the server was first told to have ended with an errno.</summary>
    public Dictionary<Errno, Nanoseconds> ServerErrors { get; } = [];

    /// <summary>Failed system calls of the server by errno, as they were when its last tally came: so that both speak of one moment. Replaced, never
    /// changed.</summary>
    public IReadOnlyDictionary<Errno, long> ServerFailures { get; set; } = new Dictionary<Errno, long>();

    /// <summary>Moment 0 of every "first-seen" that is asked without a phase: the start of the first load, or of the first phase of the scripted
    /// peer.</summary>
    public Nanoseconds? LoadStart { get; set; }

    /// <summary>False when the counters moved while the witnesses were asked, so that they do not all speak of one moment.</summary>
    public bool IsConsistent { get; set; } = true;

    /// <summary>By how much the latest of the phases so far was late.</summary>
    public Nanoseconds Late { get; set; }

    /// <summary>The longest time for which each role stood still.</summary>
    public SortedDictionary<Role, Nanoseconds> ClockGaps { get; } = [];

    public void Saw(ClockGap gap) => ClockGaps[gap.Role] = ClockGaps.TryGetValue(gap.Role, out var longest) && longest > gap.Lasted ? longest : gap.Lasted;

    public Sightings Copy() => new(this);

    /// <summary>A phase that ends now, with what was seen of it.</summary>
    public PhaseFigures Measure(PhaseFigures phase, Nanoseconds begun) => phase with
    {
        ServerCpuS = Processes.CpuOfPhase(Role.Server)?.Seconds,
        ServerDescriptors = Processes.Of(Role.Server).Max(one => one.Last?.Open),
        QueueEmptiedS = SockDiag.Emptied - begun is { Value: >= 0 } after ? Math.Round(after.Seconds, 4) : null,
    };
}
