using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>When each connect of an open load is due, since the load's begin.</summary>
public static class Arrivals
{
    private const double RoundingSlack = 1e-6;

    /// <summary>How many connects a load issues; null for churn, which is a closed model: as many as the server lets it.</summary>
    public static long? Count(SwarmSpec swarm)
    {
        ArgumentNullException.ThrowIfNull(swarm);
        return swarm.Shape switch
        {
            LoadShape.Burst => swarm.Connections,
            LoadShape.Rate => Bounded(swarm, swarm.Rate.PerSecond * swarm.For.Seconds),
            LoadShape.Ramp => Bounded(swarm, (swarm.Rate.PerSecond + swarm.To.PerSecond) / 2 * swarm.For.Seconds),
            LoadShape.Churn => null,
        };
    }

    /// <summary>The moment of the i-th connect, from 0: a burst's are all at once, a rate's at i / rate, a ramp's where the area under the ramp reaches
    /// i.</summary>
    public static Nanoseconds At(SwarmSpec swarm, long index)
    {
        ArgumentNullException.ThrowIfNull(swarm);
        return swarm.Shape switch
        {
            LoadShape.Burst or LoadShape.Churn => Nanoseconds.Zero,
            LoadShape.Rate => Nanoseconds.FromSeconds(index / swarm.Rate.PerSecond),
            LoadShape.Ramp => Nanoseconds.FromSeconds(RampSeconds(swarm, index)),
        };
    }

    private static long Bounded(SwarmSpec swarm, double connects)
    {
        var count = (long)Math.Ceiling(connects - RoundingSlack);
        return swarm.Connections > 0 ? Math.Min(count, swarm.Connections) : count;
    }

    // rate × t + (to − rate) × t² / (2 × for) = index, solved for t in the form that stays exact when both rates are equal.
    private static double RampSeconds(SwarmSpec swarm, long index)
    {
        var start = swarm.Rate.PerSecond;
        var slope = (swarm.To.PerSecond - start) / swarm.For.Seconds;
        return 2 * index / (start + Math.Sqrt(Math.Max(0, (start * start) + (2 * slope * index))));
    }
}
