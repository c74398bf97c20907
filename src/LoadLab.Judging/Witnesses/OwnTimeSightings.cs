using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>How long the connects of one tenth of one load took in the kernel.</summary>
internal readonly record struct OwnTimeStep(int Wave, int Tenth, bool IsFailed);

/// <summary>How long connects took in the kernel, as a curve: by load, tenth of it, and outcome.</summary>
internal sealed class OwnTimeSightings
{
    private readonly SortedDictionary<(int Wave, int Tenth, bool IsFailed), LatencyHistogram> steps = [];

    /// <summary>In the order of loads and tenths.</summary>
    public IEnumerable<(OwnTimeStep Step, LatencyHistogram Times)> Steps =>
        steps.Select(pair => (new OwnTimeStep(pair.Key.Wave, pair.Key.Tenth, pair.Key.IsFailed), pair.Value));

    public void Fold(ConnectsCounted counted)
    {
        foreach (var one in counted.OwnTimes.IsDefaultOrEmpty ? [] : counted.OwnTimes)
        {
            Of((counted.Wave, one.Tenth, one.IsFailed)).Merge(one.Times);
        }
    }

    /// <summary>All tenths of the last load together; empty when nothing was counted.</summary>
    public LatencyHistogram OfLastLoad(bool isFailed)
    {
        var all = new LatencyHistogram();
        var last = steps.Count == 0 ? 0 : steps.Keys.Max(key => key.Wave);
        foreach (var (_, times) in steps.Where(pair => pair.Key.Wave == last && pair.Key.IsFailed == isFailed))
        {
            all.Merge(times);
        }

        return all;
    }

    public OwnTimeSightings Copy()
    {
        var copy = new OwnTimeSightings();
        foreach (var (key, times) in steps)
        {
            copy.Of(key).Merge(times);
        }

        return copy;
    }

    private LatencyHistogram Of((int Wave, int Tenth, bool IsFailed) key)
    {
        if (!steps.TryGetValue(key, out var times))
        {
            steps[key] = times = new LatencyHistogram();
        }

        return times;
    }
}
