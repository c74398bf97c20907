using System.Collections.Immutable;
using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>One load while it runs.</summary>
internal sealed class LoadState
{
    private readonly ImmutableArray<SeenConnect> seen;

    /// <summary>A load that begins now.</summary>
    /// <param name="swarm">What it asks.</param>
    /// <param name="group">Whom it connects to.</param>
    /// <param name="plannedBefore">Planned connects of earlier loads.</param>
    /// <param name="seen">When its connects were really made; empty: each is made when it is due.</param>
    public LoadState(SwarmSpec swarm, ReuseportGroup group, long plannedBefore, ImmutableArray<SeenConnect> seen)
    {
        (Swarm, Group, PlannedBefore, Count) = (swarm, group, plannedBefore, Arrivals.Count(swarm) ?? 0);
        this.seen = seen.IsEmpty ? seen : Whole(seen);
    }

    /// <summary>What it asks.</summary>
    public SwarmSpec Swarm { get; }

    /// <summary>Whom it connects to.</summary>
    public ReuseportGroup Group { get; }

    /// <summary>Planned connects of earlier loads: ports go on where they ended.</summary>
    public long PlannedBefore { get; }

    /// <summary>All of its connects.</summary>
    public long Count { get; }

    /// <summary>True when its connects are made as they were seen.</summary>
    public bool IsSeen => !seen.IsEmpty;

    /// <summary>Connects that are to come.</summary>
    public long Unissued { get; set; }

    /// <summary>Clients without an answer, those to come among them.</summary>
    public long Unanswered { get; set; }

    /// <summary>Which connect is made at this place of the order in which they are made.</summary>
    public long IndexAt(long place) => seen.IsEmpty ? place : seen[(int)place].Index;

    /// <summary>When it is due, since the load's begin.</summary>
    public Nanoseconds DueAt(long place) => seen.IsEmpty ? Arrivals.At(Swarm, place) : seen[(int)place].Due;

    /// <summary>When its SYN is looked at, since the load's begin: as it is due; of one that was seen when connect() was called, or, in another draw, when it
    /// returned.</summary>
    public Nanoseconds At(long place, bool isLate) =>
        seen.IsEmpty ? DueAt(place) : isLate && seen[(int)place].Answered is { } answered ? answered : seen[(int)place].Begun;

    /// <summary>How many connects, from this one on, were seen to be called before this one had returned; 1 where nothing was seen.</summary>
    public long Overlapping(long place)
    {
        var next = (int)place + 1;
        while (next < seen.Length && seen[(int)place].Answered is { } returned && seen[next].Begun < returned)
        {
            next++;
        }

        return next - place;
    }

    // A run that was cut short has no record of those that waited then. Of a load in shape churn each thread counts its own connects, so that their numbers
    // have gaps.
    private ImmutableArray<SeenConnect> Whole(ImmutableArray<SeenConnect> known)
    {
        if (known.Length == Count)
        {
            return known;
        }

        var has = known.Select(one => one.Index).ToHashSet();
        var missing = Enumerable.Range(0, (int)Count).Select(i => (long)i).Where(i => !has.Contains(i))
            .Select(i => new SeenConnect(i, Arrivals.At(Swarm, i), Arrivals.At(Swarm, i), null));
        return [.. known.Where(one => one.Index < Count).Concat(missing).OrderBy(one => one.Begun)];
    }
}
