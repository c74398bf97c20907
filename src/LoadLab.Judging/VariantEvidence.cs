using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>All that was seen of one variant.</summary>
/// <remarks>
/// A witness asked without <c>@phase</c> speaks of the end of the last phase: what comes after it is the lab being taken down, which is not what anybody asked
/// about.
/// </remarks>
public sealed partial class VariantEvidence
{
    private const int MostNotes = 100;
    private const int MostResent = 200;

    /// <summary>How often the samplers look, in nanoseconds.</summary>
    internal const long TickNs = 10_000_000;

    private readonly Dictionary<string, Sightings> atPhaseEnd = [];
    private readonly Dictionary<string, PhaseFigures> phases = [];
    private readonly Dictionary<string, Nanoseconds> begun = [];
    private readonly Dictionary<string, Nanoseconds> endedAt = [];
    private readonly HashSet<string> loadPhases;
    private readonly Sightings current;
    private readonly List<string> notes = [];
    private readonly List<SynResent> resent = [];
    private string? broken;

    internal VariantEvidence(Plan plan, VariantPlan variant)
    {
        Planned = variant;
        current = new Sightings(variant.Workers, SynSchedule.Of(plan, variant));
        loadPhases = [.. variant.Declared.Phases.Where(phase => phase.Action is LoadAction or PeerAction).Select(phase => phase.Name)];
    }

    /// <summary>"" for the only one.</summary>
    public string Name => Planned.Name;

    /// <summary>The phase that goes on; null before the first and after the last.</summary>
    public string? Phase => phases.Values.Where(phase => phase.ToS is null).Select(phase => phase.Name).LastOrDefault();

    /// <summary>Why it did not get to its end: a role that ended in mid-run, or a phase that did not end; null when it did.</summary>
    public string? Unfinished => broken ?? Planned.Declared.Phases.Where(phase => !atPhaseEnd.ContainsKey(phase.Name))
        .Select(phase => phases.ContainsKey(phase.Name) ? $"phase '{phase.Name}' did not end" : $"phase '{phase.Name}' did not begin").FirstOrDefault();

    internal VariantPlan Planned { get; }

    /// <summary>At the end of the last phase, or so far.</summary>
    internal Sightings Final => !Planned.Declared.Phases.IsEmpty && atPhaseEnd.TryGetValue(Planned.Declared.Phases[^1].Name, out var last) ? last : current;

    internal IReadOnlyList<string> Notes => notes;

    /// <summary>What another tool said of the same clients, in its own figures, a sentence for each of its scenarios.</summary>
    internal IEnumerable<string> ToolWords => Final.Tool.Values.Select(tool =>
        $"{tool.Tool} of its scenario '{tool.Scenario}': {tool.Ok} ok, {tool.Failed} failed "
            + $"({string.Join(", ", tool.StatusCodes.Select(pair => $"{pair.Key} {pair.Value}"))}); of those ok p50 {tool.P50S:0.#####} s, p95 "
            + $"{tool.P95S:0.#####} s, p99 {tool.P99S:0.#####} s, max {tool.MaxS:0.#####} s");

    internal IReadOnlyDictionary<string, (long Count, string Why)> Losses => current.Losses;

    /// <summary>In the plan's order, those that began.</summary>
    internal IEnumerable<PhaseFigures> Phases => Planned.Declared.Phases.Where(phase => phases.ContainsKey(phase.Name)).Select(phase => phases[phase.Name]);

    /// <summary>The example client's resent SYNs, of the first wave that had any: seconds since its first.</summary>
    internal IEnumerable<double> SynsResentS => resent.OrderBy(one => one.Attempt).Select(one => Math.Round(one.SinceFirst.Seconds, 4));

    /// <summary>Asks a witness, or two and what is made of them.</summary>
    /// <remarks>A moment is in seconds since the first load began, and with a phase since that phase began.</remarks>
    public Reading Ask(WitnessTerm term)
    {
        ArgumentNullException.ThrowIfNull(term);
        return term.Second is { } second ? AskOne(term.First).With(term, AskOne(second)) : AskOne(term.First);
    }

    /// <summary>Asks one witness.</summary>
    internal Reading AskOne(WitnessRef asked)
    {
        if (asked.Phase is not { } phase)
        {
            return WitnessReaders.Read(Final, Losses, asked).Since(Final.LoadStart);
        }

        return atPhaseEnd.TryGetValue(phase, out var seen)
            ? WitnessReaders.Read(seen, seen.Losses, asked).Since(begun[phase])
            : Reading.Unseen(Planned.Declared.Phases.Any(planned => planned.Name == phase) ? $"phase '{phase}' did not end" : $"there is no phase '{phase}'");
    }

    /// <summary>By how much a counter moved in the phases of one kind.</summary>
    internal ulong CountIn(Counter counter, Func<Phase, bool> isIt)
    {
        ulong sum = 0, before = 0;
        foreach (var phase in Planned.Declared.Phases.Where(phase => atPhaseEnd.ContainsKey(phase.Name)))
        {
            var now = atPhaseEnd[phase.Name].Counters.Delta(counter) ?? before;
            sum += isIt(phase) ? now - before : 0;
            before = now;
        }

        return sum;
    }

    /// <summary>Null when the moment that a witness is asked for has come, else why it has not.</summary>
    internal string? NotReached(WitnessTerm term) => term.Asked.Any(one => one.Phase is null) ? Unfinished : null;

    /// <summary>False when the counters moved while this witness and the others were asked.</summary>
    internal bool IsConsistent(WitnessTerm term) => Moments(term).All(seen => seen is not { IsConsistent: false });

    /// <summary>What was seen up to each moment for which a witness is asked; null where that has not come.</summary>
    internal IEnumerable<Sightings?> Moments(WitnessTerm term) => term.Asked.Select(Moment);

    /// <summary>The same of one witness.</summary>
    internal Sightings? Moment(WitnessRef asked) => asked.Phase is { } phase ? atPhaseEnd.GetValueOrDefault(phase) : Final;

    internal void Fold(Observation observation) => observation.Visit(this);

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
                current.Files.LoadBegins(began.T);
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
            endedAt[ended.Phase] = ended.T;
            atPhaseEnd[ended.Phase] = current.Copy();
        }
    }

    private void Ended(RoleEnded ended)
    {
        if (!ended.Expected)
        {
            broken ??= ended.Sentence;
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
            Note(read.Live is null ? $"{read.Name}: asked {asked}, but this sandbox does not have it"
                : $"{read.Name}: asked {asked}, the kernel made it {Spaced(read.Live)}");
        }
    }

    private void Saw(ListenersSeen seen)
    {
        current.Listeners(seen.Witness).Fold(seen);
    }

    // Only a report asks every connection what it had retransmitted: a tally between two reports says nothing of it.
    private void Saw(ServerTally tally)
    {
        current.ServerFailures = current.SyscallFailures.Where(pair => pair.Key.Role == Role.Server).GroupBy(pair => pair.Key.Errno)
            .ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value.Count));
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

    // A sampler says that it was late when it looks again, which may be after the end of a phase in which it did not look.
    private void Lost(SamplesLost lost)
    {
        current.Losses[lost.Source] = (current.Losses.GetValueOrDefault(lost.Source).Count + lost.Count, lost.Why);
        if (lost.Source is LossSource.Ticks or LossSource.ServerTicks)
        {
            var from = lost.T - new Nanoseconds((lost.Count + 1) * TickNs);
            foreach (var seen in atPhaseEnd.Where(pair => endedAt[pair.Key] > from).Select(pair => pair.Value).Append(current))
            {
                seen.LateLooks.Add(lost.Source, from, lost.T);
            }
        }
    }

    private void Note(string text)
    {
        if (notes.Count < MostNotes && !notes.Contains(text))
        {
            notes.Add(text);
        }
    }
}
