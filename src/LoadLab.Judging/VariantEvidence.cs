using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>All that was seen of one variant.</summary>
/// <remarks>
/// A witness asked without <c>@phase</c> speaks of the end of the last phase: what comes after it is the lab being taken down, which is not what anybody asked about.
/// </remarks>
public sealed class VariantEvidence
{
    private const int MostNotes = 100;
    private const int MostResent = 200;

    // Predictions allow each phase some 50 ms; the shortest timer that is waited for is 200 ms.
    private const long TickNs = 10_000_000;
    private static readonly Nanoseconds InTime = Nanoseconds.FromMilliseconds(100);

    // Which sampler asks on behalf of a witness, and the witnesses that depend on when it asked.
    private static readonly (string Prefix, string Source)[] Sampled =
        [("sock_diag.", LossSource.Ticks), ("counters.", LossSource.Ticks), ("file-nr.", LossSource.Ticks), ("tcp_info.", LossSource.ServerTicks)];

    private static readonly string[] OfAMoment = [".peak", ".first-seen", ".last-seen", ".emptied", ".room-at-first-drop"];
    private readonly Dictionary<string, Sightings> atPhaseEnd = [];
    private readonly Dictionary<string, PhaseFigures> phases = [];
    private readonly Dictionary<string, Nanoseconds> begun = [];
    private readonly HashSet<string> loadPhases;
    private readonly Sightings current;
    private readonly List<string> notes = [];
    private readonly List<SynResent> resent = [];
    private string? broken;

    internal VariantEvidence(Plan plan, VariantPlan variant)
    {
        Planned = variant;
        current = new Sightings(variant.Workers, SynSchedule.Of(plan, variant));
        loadPhases = [.. variant.Declared.Phases.Where(phase => phase.Action.Kind is PhaseActionKind.Load or PhaseActionKind.Peer).Select(phase => phase.Name)];
    }

    /// <summary>"" for the only one.</summary>
    public string Name => Planned.Name;

    /// <summary>The phase that goes on; null before the first and after the last.</summary>
    public string? Phase => phases.Values.Where(phase => phase.ToS is null).Select(phase => phase.Name).LastOrDefault();

    /// <summary>Why it did not get to its end: a role that ended unasked, or a phase that did not end; null when it did.</summary>
    public string? Unfinished => broken ?? Planned.Declared.Phases.Where(phase => !atPhaseEnd.ContainsKey(phase.Name))
        .Select(phase => phases.ContainsKey(phase.Name) ? $"phase '{phase.Name}' did not end" : $"phase '{phase.Name}' did not begin").FirstOrDefault();

    internal VariantPlan Planned { get; }

    /// <summary>At the end of the last phase, or so far.</summary>
    internal Sightings Final => !Planned.Declared.Phases.IsEmpty && atPhaseEnd.TryGetValue(Planned.Declared.Phases[^1].Name, out var last) ? last : current;

    internal IReadOnlyList<string> Notes => notes;

    /// <summary>What another tool said of the same clients, in its own figures, a sentence for each of its scenarios.</summary>
    internal IEnumerable<string> ToolWords => Final.Tool.Values.Select(tool =>
        $"{tool.Tool} of its scenario '{tool.Scenario}': {tool.Ok} ok, {tool.Failed} failed ({string.Join(", ", tool.StatusCodes.Select(pair => $"{pair.Key} {pair.Value}"))}); of those ok p50 {tool.P50S:0.#####} s, p95 {tool.P95S:0.#####} s, p99 {tool.P99S:0.#####} s, max {tool.MaxS:0.#####} s");

    internal IReadOnlyDictionary<string, (long Count, string Why)> Losses => current.Losses;

    /// <summary>In the plan's order, those that began.</summary>
    internal IEnumerable<PhaseFigures> Phases => Planned.Declared.Phases.Where(phase => phases.ContainsKey(phase.Name)).Select(phase => phases[phase.Name]);

    /// <summary>The example client's resent SYNs, of the first wave that had any: seconds since its first.</summary>
    internal IEnumerable<double> SynsResentS => resent.OrderBy(one => one.Attempt).Select(one => Math.Round(one.SinceFirst.Seconds, 4));

    /// <summary>Asks a witness: <c>clients.established</c>, <c>sock_diag.accept-queue.last@hold</c>; the names are those of <see cref="WitnessTable"/>.</summary>
    /// <remarks>A moment is in seconds since the first load began, and with a phase since that phase began.</remarks>
    public Reading Ask(string witness) => WitnessPair.Of(witness) is { } pair ? Ask(pair.Left).With(pair, Ask(pair.Right)) : AskOne(witness);

    private Reading AskOne(string witness)
    {
        var (name, phase) = WitnessName.Parse(witness);
        if (phase is null)
        {
            return WitnessTable.Read(Final, Losses, name).Since(Final.LoadStart);
        }

        return atPhaseEnd.TryGetValue(phase, out var seen)
            ? WitnessTable.Read(seen, seen.Losses, name).Since(begun[phase])
            : Reading.Unseen(Planned.Declared.Phases.Any(planned => planned.Name == phase) ? $"phase '{phase}' did not end" : $"there is no phase '{phase}'");
    }

    /// <summary>Null when the moment that a witness is asked for has come, else why it has not.</summary>
    internal string? NotReached(string witness) => WitnessPair.Asked(witness).Any(one => WitnessName.Parse(one).Phase is null) ? Unfinished : null;

    /// <summary>False when the counters moved while this witness and the others were asked.</summary>
    internal bool IsConsistent(string witness) => Moments(witness).All(seen => seen is not { IsConsistent: false });

    /// <summary>By how much the lab was late up to the moment for which this witness is asked; null when it was in time.</summary>
    /// <remarks>
    /// A kernel in user space stands still while its host gives it no processor: then its timers are late, and softirqs are left to a thread of their own (kernel/softirq.c __do_softirq, after two ticks), so that
    /// segments over loopback come in another order than ever in one that runs. So there the sampler's lost ticks count as lateness, too.
    /// </remarks>
    internal Nanoseconds? LateBy(string witness) => SessionWitnesses.SessionOf(witness) is { } session ? Final.Sessions.Late(session) : Moments(witness).OfType<Sightings>().Select(LateBy).Max();

    /// <summary>True where final ACKs were ignored that the rules of a burst do not know: the kernel took the SYNs of several clients in one go, before the first of them had its place in the queue.</summary>
    /// <remarks>
    /// On loopback a handshake is over before connect() returns, unless softirqs are left to their thread (kernel/softirq.c do_softirq, while ksoftirqd runs). A kernel in user space with one processor does so now and then.
    /// The counters tell: a SYN that is dropped is one that its client has no answer to, a final ACK that is dropped is not.
    /// </remarks>
    internal bool TookSynsTogether(string witness) => Planned.Declared.Sandbox == SandboxKind.Kernel
        && Moments(witness).OfType<Sightings>().Any(seen => seen.Clients.AllReported && seen.Counters.Delta(CounterNames.ListenOverflows) is { } overflows
            && (long)overflows > seen.Clients.Attempted + seen.Clients.SynRetransmits - seen.Clients.Established);

    /// <summary>True when a peak or a moment may be off because the sampler behind it was late: such a value cannot convict.</summary>
    internal bool MayBeLate(string witness) => WitnessPair.Asked(witness).Any(MayOneBeLate);

    private IEnumerable<Sightings?> Moments(string witness) =>
        WitnessPair.Asked(witness).Select(one => WitnessName.Parse(one).Phase is { } phase ? atPhaseEnd.GetValueOrDefault(phase) : Final);

    private Nanoseconds? LateBy(Sightings seen) => seen.Late > InTime ? seen.Late
        : Planned.Declared.Sandbox == SandboxKind.Kernel && seen.Losses.TryGetValue(LossSource.Ticks, out var ticks) ? new Nanoseconds(ticks.Count * TickNs)
        : null;

    private bool MayOneBeLate(string witness)
    {
        var name = WitnessName.Parse(witness).Name;
        return Array.Exists(Sampled, one => name.StartsWith(one.Prefix, StringComparison.Ordinal) && Losses.ContainsKey(one.Source))
            && Array.Exists(OfAMoment, ending => name.EndsWith(ending, StringComparison.Ordinal));
    }

    internal void Fold(Observation observation)
    {
        switch (observation.Kind)
        {
            case ObservationKind.PhaseBegan: Began((PhaseBegan)observation); break;
            case ObservationKind.PhaseEnded: Ended((PhaseEnded)observation); break;
            case ObservationKind.RoleEnded: Ended((RoleEnded)observation); break;
            case ObservationKind.SysctlRead: Read((SysctlRead)observation); break;
            case ObservationKind.ListenersSeen: Saw((ListenersSeen)observation); break;
            case ObservationKind.StatesSeen: current.States.Fold((StatesSeen)observation); break;
            case ObservationKind.CountersSeen: current.Counters.Fold((CountersSeen)observation); break;
            case ObservationKind.ConnectsCounted: current.Clients.Fold((ConnectsCounted)observation); break;
            case ObservationKind.ClientsSeen: current.Clients.Fold((ClientsSeen)observation); break;
            case ObservationKind.SynResent: Saw((SynResent)observation); break;
            case ObservationKind.SyscallFailed: Failed((SyscallFailed)observation); break;
            case ObservationKind.ServerTally: Saw((ServerTally)observation); break;
            case ObservationKind.PeerTally: current.Peer = (PeerTally)observation; break;
            case ObservationKind.SamplesLost: Lost((SamplesLost)observation); break;
            case ObservationKind.Note: Note(((Note)observation).Text); break;
            case ObservationKind.CommandDone: Done((CommandDone)observation); break;
            case ObservationKind.PacketsCounted: current.Packets.Fold((PacketsCounted)observation); break;
            case ObservationKind.Retransmitted: current.Packets.Fold((Retransmitted)observation); break;
            case ObservationKind.RetransmitsCounted: current.Packets.Fold((RetransmitsCounted)observation); break;
            case ObservationKind.HalfOpenSeen: current.HalfOpen = (HalfOpenSeen)observation; break;
            case ObservationKind.DescriptorsSeen: current.Processes.Fold((DescriptorsSeen)observation); break;
            case ObservationKind.ProcessSeen: current.Processes.Fold((ProcessSeen)observation); break;
            case ObservationKind.CpuUsed: current.Processes.Fold((CpuUsed)observation); break;
            case ObservationKind.ProbeAnswered: current.Probe.Fold((ProbeAnswered)observation); break;
            case ObservationKind.ProbeSeen: current.Probe.Fold((ProbeSeen)observation); break;
            case ObservationKind.StepSeen: current.Sessions.Fold((StepSeen)observation); break;
            case ObservationKind.SessionEnded: current.Sessions.Fold((SessionEnded)observation); break;
            case ObservationKind.FilesSeen: current.Files.Fold((FilesSeen)observation); break;
            case ObservationKind.ToolFigures: Saw((ToolFigures)observation); break;
            case ObservationKind.KernelLogged: current.KernelLog.Fold((KernelLogged)observation); break;
            case ObservationKind.RoleReady:
            case ObservationKind.ReplicaReady:
            case ObservationKind.PortsSeen:
            case ObservationKind.ConnectRecords:
                break;
        }
    }

    // Its interval figures are each of an interval; the final ones are of all.
    private void Saw(ToolFigures figures)
    {
        if (figures.IsFinal)
        {
            current.Tool[figures.Scenario] = figures;
        }
    }

    private void Began(PhaseBegan began)
    {
        if (Planned.Declared.Phases.Any(phase => phase.Name == began.Phase))
        {
            phases[began.Phase] = new PhaseFigures(began.Phase, began.T.Seconds, null);
            begun[began.Phase] = began.T;
            current.Processes.PhaseBegan();
            if (current.LoadStart is null && loadPhases.Contains(began.Phase))
            {
                current.LoadStart = began.T;
                current.Files.LoadBegins();
            }
        }
    }

    private void Ended(PhaseEnded ended)
    {
        // After a role has died the rest of the lab is not what the plan describes: such a phase has no values.
        if (broken is null && phases.TryGetValue(ended.Phase, out var phase))
        {
            phases[ended.Phase] = current.Measure(phase with { ToS = ended.T.Seconds }, begun[ended.Phase]);
            current.IsConsistent = ended.Consistent;
            current.Late = ended.Late > current.Late ? ended.Late : current.Late;
            atPhaseEnd[ended.Phase] = current.Copy();
        }
    }

    private void Ended(RoleEnded ended)
    {
        if (!ended.Expected)
        {
            var words = (ended.LastWords ?? "").Trim();
            broken ??= $"the {EnumWords<Role>.Of(ended.Role)} ended unasked with status {ended.ExitCode}{(words.Length == 0 ? "" : $": {words[..Math.Min(words.Length, 300)]}")}";
        }
    }

    private void Done(CommandDone done)
    {
        if (done.Error is { } error)
        {
            Note($"the {EnumWords<Role>.Of(done.Role)} could not do what it was told: {error}");
        }
    }

    private void Read(SysctlRead read)
    {
        static string Spaced(string text) => string.Join(' ', text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries));
        if (read.Asked is { } asked && (read.Live is null || Spaced(asked) != Spaced(read.Live)))
        {
            Note(read.Live is null ? $"{read.Name}: asked {asked}, but this sandbox does not have it" : $"{read.Name}: asked {asked}, the kernel made it {Spaced(read.Live)}");
        }
    }

    private void Saw(ListenersSeen seen)
    {
        var side = seen.Witness switch
        {
            ListenerWitness.SockDiag => current.SockDiag,
            ListenerWitness.TcpInfo => current.TcpInfo,
        };
        side.Fold(seen);
    }

    // Only a report asks every connection what it had sent again: a tally between two reports says nothing of it.
    private void Saw(ServerTally tally)
    {
        current.ServerFailures = current.SyscallFailures.Where(pair => pair.Key.Role == Role.Server).GroupBy(pair => pair.Key.Errno).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value.Count));
        current.Server = tally with { Retransmits = tally.Retransmits ?? current.Server?.Retransmits };
        foreach (var (errno, _) in tally.Errors.Where(error => error.Value > 0))
        {
            current.ServerErrors.TryAdd(errno, tally.T);
        }
    }

    private void Saw(SynResent one)
    {
        // One example connection: the first that any worker showed.
        if (resent.Count == 0 || (resent.Count < MostResent && (resent[0].Wave, resent[0].Worker) == (one.Wave, one.Worker)))
        {
            resent.Add(one);
        }
    }

    private void Failed(SyscallFailed failed)
    {
        var key = (failed.Role, failed.Syscall, failed.Errno);
        current.SyscallFailures[key] = current.SyscallFailures.GetValueOrDefault(key).Plus(failed.Count, failed.First, failed.Last);
    }

    private void Lost(SamplesLost lost) => current.Losses[lost.Source] = (current.Losses.GetValueOrDefault(lost.Source).Count + lost.Count, lost.Why);

    private void Note(string text)
    {
        if (notes.Count < MostNotes && !notes.Contains(text))
        {
            notes.Add(text);
        }
    }
}
