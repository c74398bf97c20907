using LoadLab.Model;

namespace LoadLab.Judging.Sizing;

/// <summary>Finds where a condition begins to hold, with as few runs as it can, and confirms it by runs of both sides in turn.</summary>
/// <remarks>
/// Pure: it says which value is to be run next and is told how the run came out. Four steps, each begun anew after every run from what is known by then:
/// a bracket (a value that is enough and one that is not), halving until they are neighbours, the same number of runs of each in turn, then probes
/// away from the boundary.
/// A value whose runs differ is neither; both sides move away from it, by 1, 2, 4 …, and the answer is an interval.
/// A value that is enough below one that is not is run again; when both stay so, the response is not monotonic.
/// </remarks>
public sealed class BoundarySearch
{
    private const int MostUnusable = 5;
    private readonly SearchPlan plan;
    private readonly SortedDictionary<long, Tally> tallies = [];
    private bool falling;

    /// <summary>A search that has run nothing yet.</summary>
    public BoundarySearch(SearchPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        (this.plan, falling) = (plan, plan.Falling);
    }

    /// <summary>Runs that were made.</summary>
    public int Runs { get; private set; }

    /// <summary>True when smaller values are the better ones.</summary>
    public bool Falling => falling;

    /// <summary>The value nearest to the boundary with which every run held; null: none yet.</summary>
    public long? Enough => Upper is { } rank ? Value(rank) : null;

    /// <summary>The value nearest to the boundary with which every run failed; null: none yet.</summary>
    public long? NotEnough => Lower is { } rank ? Value(rank) : null;

    /// <summary>A value that is enough and a better one that is not, both confirmed; null: none is known.</summary>
    public (long Enough, long NotEnough)? Inversion => Inverted(plan.PerSide) is { } pair ? (Value(pair.Enough), Value(pair.NotEnough)) : null;

    /// <summary>The value to run next; null when there is nothing more to find out, or the budget is spent.</summary>
    public long? Next => Runs >= plan.Budget || IsHopeless ? null : Wanted is { } rank ? Value(rank) : null;

    /// <summary>True when no run of a value could be used, however often it was run.</summary>
    public bool IsHopeless => tallies.Values.Any(tally => tally is { Usable: 0, Unusable: >= MostUnusable });

    /// <summary>How it ended, or would if it ended now.</summary>
    public SizingEnd End
    {
        get
        {
            if (Inversion is not null)
            {
                return SizingEnd.NonMonotonic;
            }

            if (!IsConfirmed)
            {
                return SizingEnd.Unfinished;
            }

            return Lower is null ? At(0).IsMixed ? SizingEnd.Interval : SizingEnd.WholeRange : Upper is null ? SizingEnd.NotMet : Upper - Lower == 1
                ? SizingEnd.Exact : SizingEnd.Interval;
        }
    }

    /// <summary>How a run of a value came out.</summary>
    public void Add(long value, Outcome outcome)
    {
        Runs++;
        var rank = Rank(value);
        (tallies.TryGetValue(rank, out var tally) ? tally : tallies[rank] = new Tally()).Add(outcome);
        if (plan.Guess is null && tallies.Count == 2 && At(0).IsEnough && At(Last).IsNotEnough)
        {
            // Both ends are known, and the wrong way round: smaller is better. Ranks are counted from the other end now.
            falling = !falling;
            (tallies[0], tallies[Last]) = (tallies[Last], tallies[0]);
        }
    }

    /// <summary>Runs of a value that held and that failed.</summary>
    public (int Held, int Failed) RunsOf(long value) => (At(Rank(value)).Held, At(Rank(value)).Failed);

    // Ranks ascend with what is better: 0 is the worst value, Last the best.
    private long Last => plan.High - plan.Low;

    private long Rank(long value) => falling ? plan.High - value : value - plan.Low;

    private long Value(long rank) => falling ? plan.High - rank : plan.Low + rank;

    private Tally At(long rank) => tallies.GetValueOrDefault(rank) ?? new Tally();

    // The best value that is not enough, below every mixed one: what is better may be enough.
    private long? Lower => tallies.Where(one => one.Value.IsNotEnough && !(FirstNotLow <= one.Key)).Select(one => (long?)one.Key).Max();

    private long? Upper => tallies.Where(one => one.Value.IsEnough && !(LastNotHigh >= one.Key)).Select(one => (long?)one.Key).Min();

    private long? FirstNotLow => tallies.Where(one => one.Value.Held > 0).Select(one => (long?)one.Key).Min();

    private long? LastNotHigh => tallies.Where(one => one.Value.Failed > 0).Select(one => (long?)one.Key).Max();

    private bool IsConfirmed => (Upper is { } upper ? At(upper).Held >= plan.PerSide : At(Last).IsNotEnough && At(Last).Failed >= plan.PerSide)
        && (Lower is { } lower ? At(lower).Failed >= plan.PerSide : At(0).IsMixed || (At(0).IsEnough && At(0).Held >= plan.PerSide))
        && (Upper is null || Lower is null || Upper - Lower == 1 || HasMixedBetween(Lower.Value, Upper.Value));

    private bool HasMixedBetween(long lower, long upper) => tallies.Any(one => one.Key > lower && one.Key < upper && one.Value.Usable > 0);

    private long? Wanted
    {
        get
        {
            if (Inverted(1) is { } pair && Inverted(plan.PerSide) is null)
            {
                return At(pair.Enough).Usable <= At(pair.NotEnough).Usable ? pair.Enough : pair.NotEnough;
            }

            return Inversion is not null ? null
                : Upper is null ? Towards(up: true)
                : Lower is null && !(At(0).IsEnough && Upper == 0) ? Towards(up: false) ?? Confirming()
                : Upper is { } upper && Lower is { } lower && upper - lower > 1 && !HasMixedBetween(lower, upper) ? lower + ((upper - lower) / 2)
                : Confirming() ?? Probe();
        }
    }

    // The next place to look for a value that is enough, or for one that is not: from the guess outwards, by steps that double; without a guess the
    // end of the range.
    private long? Towards(bool up)
    {
        var end = up ? Last : 0;
        var atEnd = At(end);
        if (plan.Guess is null && atEnd.Usable > 0 && At(Last - end).Usable == 0)
        {
            // Perhaps the range is the wrong way round: the other end says so.
            return Last - end;
        }

        if (atEnd.Usable > 0)
        {
            // The end itself is mixed, or the wrong side: run it until that is certain.
            var isWrong = up ? atEnd.IsNotEnough : atEnd.IsEnough;
            return isWrong && atEnd.Usable < plan.PerSide ? end : null;
        }

        if (plan.Guess is not { } guess)
        {
            return end;
        }

        var rank = Rank(guess);
        var first = Math.Clamp(up ? rank : rank - 1, 0, Last);
        var tried = tallies.Where(one => one.Value.Usable > 0 && (up ? one.Key >= first : one.Key <= first)).Select(one => Math.Abs(one.Key - first))
            .DefaultIfEmpty(-1).Max();
        var next = tried < 0 ? first : first + ((up ? 1 : -1) * Math.Max(1, tried * 2));
        return Math.Clamp(next, 0, Last);
    }

    private long? Confirming()
    {
        long?[] sides = [Upper ?? Last, Lower ?? 0];
        return sides.Where(side => At(side!.Value).Usable < plan.PerSide).OrderBy(side => At(side!.Value).Usable).ThenBy(side => side == Lower)
            .FirstOrDefault();
    }

    private long? Probe() =>
        plan.Probes.Select(value => (long?)Rank(value)).FirstOrDefault(rank => rank >= 0 && rank <= Last && At(rank.Value) is { Usable: 0, Unusable: < 2 });

    // Two values the wrong way round, each of them with so many runs that all say the same.
    private (long Enough, long NotEnough)? Inverted(int runs)
    {
        var enough = tallies.Where(one => one.Value.IsEnough && one.Value.Held >= runs).Select(one => (long?)one.Key).FirstOrDefault();
        var notEnough = tallies.Where(one => one.Value.IsNotEnough && one.Value.Failed >= runs).Select(one => (long?)one.Key).LastOrDefault();
        return enough < notEnough ? (enough.Value, notEnough.Value) : null;
    }
}
