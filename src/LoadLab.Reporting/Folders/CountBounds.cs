using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>Whether the counts of an observation can be: figures are sums of them, which must not overflow.</summary>
internal static class CountBounds
{
    // More than any kernel has.
    private const long MostConnections = 1L << 40;

    /// <summary>False when a count is negative, or more than any kernel has. Only these two kinds have counts that are added up.</summary>
    public static bool Hold(Observation observation) => observation switch
    {
        StatesSeen seen => seen.Client.Values.Concat(seen.Server.Values).All(CanBe),
        ConnectsCounted seen => CanBe(seen.Attempted) && CanBe(seen.Established) && CanBe(seen.Ended) && seen.Failures.All(failure => CanBe(failure.Count)),
        _ => true,
    };

    private static bool CanBe(long count) => count is >= 0 and <= MostConnections;
}
