using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>The single connects that a run has recorded, by variant and load.</summary>
/// <remarks>Not thread-safe: one thread folds.</remarks>
public sealed class ConnectsSeen
{
    private readonly Dictionary<(string Variant, int Wave), Dictionary<long, ConnectRecord>> rows = [];

    /// <summary>Takes the next observation.</summary>
    public void Fold(Observation observation)
    {
        if (observation is not ConnectRecords records)
        {
            return;
        }

        foreach (var row in records.Rows)
        {
            var key = (records.Variant ?? "", row.Wave);
            (rows.TryGetValue(key, out var load) ? load : rows[key] = [])[row.Index] = row;
        }
    }

    /// <summary>The connects of one load; empty where none was recorded.</summary>
    /// <param name="variant">The variant's name.</param>
    /// <param name="wave">Which load of the run.</param>
    /// <param name="due">When each connect is to start, since the load's begin.</param>
    public ImmutableArray<SeenConnect> Of(string variant, int wave, Func<long, Nanoseconds> due)
    {
        ArgumentNullException.ThrowIfNull(due);
        return !rows.TryGetValue((variant, wave), out var load) ? [] : [.. load.Values.OrderBy(row => row.Actual).Select(row => Seen(row, due(row.Index)))];
    }

    /// <summary>When a load began; null where no connect of it was recorded.</summary>
    public Nanoseconds? BeginOf(string variant, int wave, Func<long, Nanoseconds> due)
    {
        ArgumentNullException.ThrowIfNull(due);
        return rows.TryGetValue((variant, wave), out var load) ? load.Values.Select(row => new Nanoseconds(row.Intended) - due(row.Index)).First() : null;
    }

    /// <summary>When the first connect of a variant was made; null where none of its first load was recorded.</summary>
    public Nanoseconds? FirstOf(string variant) => rows.TryGetValue((variant, 0), out var load) ? new Nanoseconds(load.Values.Min(row => row.Actual)) : null;

    private static SeenConnect Seen(in ConnectRecord row, Nanoseconds due)
    {
        var begin = row.Intended - due.Value;
        var took = row.End - row.Actual;
        return new SeenConnect(row.Index, due, new Nanoseconds(row.Actual - begin),
            row.End > 0 && took < SeenConnect.LongestCall.Value ? new Nanoseconds(row.End - begin) : null);
    }
}
