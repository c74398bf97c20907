using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>The phases of a run and the server's accept() calls in them, by variant, as its observations have them.</summary>
/// <remarks>Not thread-safe: one thread folds.</remarks>
public sealed class AcceptsSeen
{
    // More connects than this are not replayed.
    private const int MostMoments = 400_000;

    // A call that returned later than this after the kernel had taken its connection is one whose process stood still, and that is measured.
    private static readonly Nanoseconds LongestReturn = Nanoseconds.FromMilliseconds(3);
    private readonly Dictionary<string, Variant> variants = [];

    /// <summary>Takes the next observation.</summary>
    public void Fold(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var name = observation.Variant ?? "";
        var variant = variants.TryGetValue(name, out var known) ? known : variants[name] = new Variant();
        switch (observation)
        {
            case PhaseBegan began: variant.Began[began.Phase] = began.T; break;
            case PhaseEnded ended: variant.Ended[ended.Phase] = ended.T; break;
            case ServerTally tally: variant.Accepted = Math.Max(variant.Accepted, tally.Accepted); break;
            case ClockGap { Role: Role.Server } gap when gap.Lasted > variant.Gap: variant.Gap = gap.Lasted; break;
            case AcceptRecords records: variant.Add(records); break;
            default: break;
        }
    }

    /// <summary>What each phase of a variant was, up to the last that began; empty where not every accept() was recorded.</summary>
    /// <param name="plan">The variant.</param>
    /// <param name="loadBegan">When each load began; null: not known, and it is taken to begin with its phase.</param>
    public ImmutableArray<SeenPhase> Of(VariantPlan plan, Func<int, Nanoseconds?> loadBegan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(loadBegan);
        if (!variants.TryGetValue(plan.Name, out var seen) || seen.Count < seen.Accepted)
        {
            return [];
        }

        var declared = plan.Declared.Phases;
        var loads = 0;
        List<Nanoseconds> begins = [.. declared.Select(phase => (phase.Action is LoadAction ? loadBegan(loads++) : null) ?? seen.BeginOf(phase.Name))
            .TakeWhile(begin => begin is not null).OfType<Nanoseconds>()];
        var accepts = new Queue<SeenAccept>(seen.Accepts(isOneThread: plan.Declared.Server.AcceptThreads == 1));
        return [.. begins.Select((begin, i) => new SeenPhase(seen.Ended.TryGetValue(declared[i].Name, out var end) ? end - begin : null,
            [.. Until(accepts, i + 1 < begins.Count ? begins[i + 1] : null).Select(one => new SeenAccept(one.From - begin, one.To - begin))]))];
    }

    /// <summary>When a phase of a variant began; null: it did not.</summary>
    public Nanoseconds? BeginOf(string variant, string phase) => variants.GetValueOrDefault(variant)?.BeginOf(phase);

    private static List<SeenAccept> Until(Queue<SeenAccept> accepts, Nanoseconds? end)
    {
        List<SeenAccept> taken = [];
        while (accepts.TryPeek(out var next) && (end is not { } moment || next.To < moment))
        {
            taken.Add(accepts.Dequeue());
        }

        return taken;
    }

    private sealed class Variant
    {
        private readonly List<SeenAccept> counted = [];
        private readonly List<Nanoseconds> single = [];
        private Nanoseconds last;

        public Dictionary<string, Nanoseconds> Began { get; } = [];

        public Dictionary<string, Nanoseconds> Ended { get; } = [];

        public long Accepted { get; set; }

        public Nanoseconds Gap { get; set; } = LongestReturn;

        public int Count => single.Count + counted.Count;

        public Nanoseconds? BeginOf(string phase) => Began.TryGetValue(phase, out var began) ? began : null;

        public void Add(AcceptRecords records)
        {
            if (Count + Math.Max(0, records.More) + records.At.Length <= MostMoments)
            {
                single.AddRange(records.At.Select(at => new Nanoseconds(at)));
                counted.AddRange(Enumerable.Repeat(new SeenAccept(last, records.T), (int)Math.Max(0, records.More)));
                last = records.T;
            }
        }

        // One thread asks for the next after it has the one before.
        public IEnumerable<SeenAccept> Accepts(bool isOneThread)
        {
            List<SeenAccept> all = [];
            var before = Nanoseconds.Zero;
            foreach (var moment in single.Order())
            {
                var from = moment - Gap;
                all.Add(new SeenAccept(isOneThread && from < before ? before : from, moment));
                before = moment;
            }

            return all.Concat(counted).OrderBy(one => one.To);
        }
    }
}
