using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Reporting.Live;

/// <summary>
/// How a run stands, folded from its observations in order: what <see cref="Frame"/> says depends on them alone, and on the time it is given.
/// </summary>
/// <remarks>
/// Of the variant whose observation came last: each has a sandbox of its own, so its figures begin at zero. Of constant size whatever the load. Not
/// thread-safe.
/// </remarks>
public sealed class LiveFigures(Plan plan)
{
    private const string HalfOpen = "SYN-RECV";
    private const string ListenDrops = "TcpExt.ListenDrops";
    private readonly Nanoseconds lasts = plan?.Lasts ?? throw new ArgumentNullException(nameof(plan));
    private readonly Dictionary<(int Worker, int Thread), PortsSeen> ports = [];
    private readonly SortedDictionary<(Role Role, int Worker), DescriptorsSeen> descriptors = [];
    private readonly Dictionary<(Role Role, string Syscall, Errno Errno), long> failures = [];
    private ImmutableDictionary<Errno, long> serverErrors = ImmutableDictionary<Errno, long>.Empty;
    private ListenersSeen? listeners;
    private string variant = "";
    private string? phase;
    private Nanoseconds phaseBegan;
    private Nanoseconds? began;
    private long attempted;
    private long established;
    private long failed;
    private long? synQueue;
    private long? drops;

    /// <summary>Takes the next observation.</summary>
    public void Fold(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (observation.Variant is { } name && name != variant)
        {
            Begin(name);
        }

        switch (observation)
        {
            case PhaseBegan start: (phase, phaseBegan, began) = (start.Phase, observation.T, began ?? observation.T); break;
            case ConnectsCounted counted: Fold(counted); break;
            case PortsSeen told: ports[(told.Worker, told.Thread)] = told; break;
            case DescriptorsSeen open: descriptors[(open.Role, open.Worker)] = open; break;
            case ListenersSeen looked: Fold(looked); break;
            case StatesSeen states: synQueue = states.Server.GetValueOrDefault(HalfOpen); break;
            case CountersSeen moved: drops = (long)moved.Delta.GetValueOrDefault(ListenDrops); break;
            case ServerTally tally: serverErrors = tally.Errors; break;
            case SyscallFailed failed: Fold(failed); break;
            default: break;
        }
    }

    /// <summary>How it stands at a moment.</summary>
    public LiveFrame Frame(Nanoseconds now) => new()
    {
        Now = now,
        Left = Left(now),
        Variant = variant,
        Phase = phase,
        InPhase = phase is null ? Nanoseconds.Zero : now - phaseBegan,
        Rows =
        [
            new LiveRow("established", established, null, LiveTrend.Rate),
            new LiveRow("waiting", attempted - established - failed, null, LiveTrend.Level),
            new LiveRow("failed", failed, null, LiveTrend.Rate),
            .. listeners is { Listeners: { IsDefaultOrEmpty: false } all }
                ? [new LiveRow("accept queue", all.Sum(one => one.Queue), all.Sum(one => one.LiveBacklog + 1), LiveTrend.Level)]
                : (LiveRow[])[],
            .. synQueue is { } halfOpen ? [new LiveRow("SYN queue", halfOpen, null, LiveTrend.Level)] : (LiveRow[])[],
            .. drops is { } dropped ? [new LiveRow("SYNs dropped", dropped, null, LiveTrend.Rate)] : (LiveRow[])[],
            .. ports.Count > 0 && ports.Values.Max(one => one.Available) is > 0 and var available
                ? [new LiveRow("ports left", Math.Max(0, available - ports.Values.Sum(one => one.InUse)), available, LiveTrend.Level)]
                : (LiveRow[])[],
            .. descriptors.GroupBy(pair => pair.Key.Role).Select(group => Tightest(group.Key, group.Select(pair => pair.Value))),
            .. failures.OrderBy(pair => pair.Key.Role).ThenBy(pair => pair.Key.Syscall, StringComparer.Ordinal)
                .Select(pair => new LiveRow($"{EnumWords<Role>.Of(pair.Key.Role)} {pair.Key.Syscall} {Name(pair.Key.Errno)}", pair.Value, null, LiveTrend.Rate,
                    IsFailure: true)),
            .. serverErrors.Where(pair => pair.Value > 0).OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).Select(
                pair => new LiveRow($"server connection {Name(pair.Key)}", pair.Value, null, LiveTrend.Rate, IsFailure: true)),
        ],
    };

    // Starting the first sandbox takes what it takes; what is planned begins with the first phase.
    private Nanoseconds Left(Nanoseconds now)
    {
        var since = began is { } first ? now - first : Nanoseconds.Zero;
        return lasts > since ? lasts - since : Nanoseconds.Zero;
    }

    // Of several workers the one that is next to its limit.
    private static LiveRow Tightest(Role role, IEnumerable<DescriptorsSeen> seen)
    {
        var one = seen.MinBy(candidate => candidate.Soft - candidate.Open)!;
        return new LiveRow($"fds left, {EnumWords<Role>.Of(role)}", Math.Max(0, one.Soft - one.Open), one.Soft, LiveTrend.Level);
    }

    // An end of stream where bytes were due has no errno.
    private static string Name(Errno errno) => errno.IsNone ? "end of stream" : errno.Name;

    private void Begin(string name)
    {
        (variant, phase, attempted, established, failed, synQueue, drops, listeners) = (name, null, 0, 0, 0, null, null, null);
        serverErrors = ImmutableDictionary<Errno, long>.Empty;
        ports.Clear();
        descriptors.Clear();
        failures.Clear();
    }

    private void Fold(ConnectsCounted counted)
    {
        attempted += counted.Attempted;
        established += counted.Established;
        foreach (var failure in counted.Failures.IsDefault ? [] : counted.Failures)
        {
            failed += failure.Count;
            Failed(Role.Swarm, failure.Syscall, failure.Errno, failure.Count);
        }
    }

    // The server tells of its own listener, too; netlink's word is taken where there is one, so that two moments do not alternate.
    private void Fold(ListenersSeen seen) =>
        listeners = seen.Witness == ListenerWitness.SockDiag || listeners is not { Witness: ListenerWitness.SockDiag } ? seen : listeners;

    private void Fold(SyscallFailed seen) => Failed(seen.Role, seen.Syscall, seen.Errno, seen.Count);

    private void Failed(Role role, string syscall, Errno errno, long count) =>
        failures[(role, syscall, errno)] = failures.GetValueOrDefault((role, syscall, errno)) + count;
}
