using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>When each connect of a load is meant to start: a pure function of its index, the same in every worker and thread.</summary>
/// <remarks>
/// Open model: what the server does changes none of these moments, and a swarm that is late still issues every one of them.
/// A churn's own pace is its server's; here it has the first connect of each slot.
/// </remarks>
internal sealed class Pacer
{
    private readonly SwarmSpec spec;
    private readonly long bound;

    public Pacer(SwarmSpec spec)
    {
        this.spec = spec;
        bound = spec.Shape switch
        {
            LoadShape.Burst or LoadShape.Churn => spec.Connections,
            LoadShape.Rate or LoadShape.Ramp => spec.Connections > 0 ? spec.Connections : long.MaxValue,
        };
    }

    /// <summary>How many connects there are.</summary>
    public long Count
    {
        get
        {
            var seconds = spec.For.Seconds;
            var count = spec.Shape switch
            {
                LoadShape.Burst or LoadShape.Churn => bound,
                LoadShape.Rate => (long)Math.Min(bound, Math.Ceiling(spec.Rate.PerSecond * seconds)),
                LoadShape.Ramp => (long)Math.Min(bound, Math.Ceiling((spec.Rate.PerSecond + spec.To.PerSecond) / 2 * seconds)),
            };

            // The integral and the moments round apart from each other; the moments decide.
            while (count > 0 && IntendedStart(count - 1) is null)
            {
                count--;
            }

            while (IntendedStart(count) is not null)
            {
                count++;
            }

            return count;
        }
    }

    /// <summary>When the connect of this index is meant to start, since the load's start; null when there is none.</summary>
    public Nanoseconds? IntendedStart(long index)
    {
        if (index < 0 || index >= bound)
        {
            return null;
        }

        return spec.Shape switch
        {
            LoadShape.Burst or LoadShape.Churn => Nanoseconds.Zero,
            LoadShape.Rate => WithinLoad(index / spec.Rate.PerSecond),
            LoadShape.Ramp => WithinLoad(RampSeconds(index)),
        };
    }

    // The rate is a + (b - a) t / T, its integral a t + c t² with c = (b - a) / 2T. That integral is i at the root below, in the form
    // that loses no digits when c is small and has no division by c; no real root: a falling ramp never gets there.
    private double RampSeconds(long index)
    {
        var a = spec.Rate.PerSecond;
        var c = (spec.To.PerSecond - a) / (2 * spec.For.Seconds);
        var discriminant = (a * a) + (4 * c * index);
        return index == 0 ? 0 : 2 * index / (a + Math.Sqrt(discriminant));
    }

    // In whole nanoseconds, since a moment just before the end rounds to the end itself.
    private Nanoseconds? WithinLoad(double seconds) =>
        seconds < spec.For.Seconds && Nanoseconds.FromSeconds(seconds) is var moment && moment < spec.For ? moment : null;
}
