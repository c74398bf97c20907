using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>The single connects that a run has recorded, by variant and load, and how many it has counted.</summary>
/// <remarks>Not thread-safe: one thread folds.</remarks>
public sealed class ConnectsSeen
{
    private readonly Dictionary<(string Variant, int Wave), Load> loads = [];

    /// <summary>Takes the next observation.</summary>
    public void Fold(Observation observation)
    {
        switch (observation)
        {
            case ConnectRecords records:
                foreach (var row in records.Rows)
                {
                    LoadOf(records, row.Wave).Rows[row.Index] = row;
                }

                break;
            case ConnectsCounted { Attempted: > 0 } counted:
                LoadOf(counted, counted.Wave).Counted.Add((counted.T, counted.Attempted));
                break;
            default:
                break;
        }
    }

    /// <summary>The connects of one load; empty where none was recorded.</summary>
    /// <param name="variant">The variant's name.</param>
    /// <param name="wave">Which load of the run.</param>
    /// <param name="due">When each connect is to start, since the load's begin; null: in shape churn, where each is due when its worker is free. There a
    /// connect without a record of its own is taken to be made within the 10 ms in which it was counted.</param>
    public ImmutableArray<SeenConnect> Of(string variant, int wave, Func<long, Nanoseconds>? due)
    {
        if (Recorded(variant, wave) is not { } load)
        {
            return [];
        }

        var begin = load.BeginOf(due);
        var rows = load.Rows.Values.Select(row => Seen(row, begin));
        return [.. (due is null ? rows.Concat(load.OnlyCounted(begin)) : rows).OrderBy(one => one.Begun)];
    }

    /// <summary>When a load began; null where no connect of it was recorded.</summary>
    public Nanoseconds? BeginOf(string variant, int wave, Func<long, Nanoseconds>? due) =>
        Recorded(variant, wave)?.BeginOf(due);

    /// <summary>When the first connect of a variant was made; null where none of its first load was recorded.</summary>
    public Nanoseconds? FirstOf(string variant) => Recorded(variant, 0) is { } load ? new Nanoseconds(load.Rows.Values.Min(row => row.Actual)) : null;

    private static SeenConnect Seen(in ConnectRecord row, Nanoseconds begin)
    {
        var took = row.End - row.Actual;
        return new SeenConnect(row.Index, new Nanoseconds(row.Intended) - begin, new Nanoseconds(row.Actual) - begin,
            row.End > 0 && took < SeenConnect.LongestCall.Value ? new Nanoseconds(row.End) - begin : null);
    }

    private Load? Recorded(string variant, int wave) => loads.GetValueOrDefault((variant, wave)) is { Rows.Count: > 0 } load ? load : null;

    private Load LoadOf(Observation of, int wave)
    {
        var key = (of.Variant ?? "", wave);
        return loads.TryGetValue(key, out var known) ? known : loads[key] = new Load();
    }

    private sealed class Load
    {
        public Dictionary<long, ConnectRecord> Rows { get; } = [];

        public List<(Nanoseconds T, long Attempted)> Counted { get; } = [];

        // In shape churn the first connects are made when the load begins.
        public Nanoseconds BeginOf(Func<long, Nanoseconds>? due) =>
            Rows.Values.Min(row => new Nanoseconds(row.Intended) - (due?.Invoke(row.Index) ?? Nanoseconds.Zero));

        // Connects without a row of their own: evenly over the time since the line before.
        public IEnumerable<SeenConnect> OnlyCounted(Nanoseconds begin)
        {
            var rows = new Queue<long>(Rows.Values.Select(row => row.Actual).Order());
            var (index, before, early) = (0L, begin, 0L);
            foreach (var (moment, attempted) in Counted.OrderBy(one => one.T))
            {
                var known = 0;
                for (; rows.TryPeek(out var made) && made <= moment.Value; known++)
                {
                    _ = rows.Dequeue();
                }

                // Of several threads one may have written its line a little later than another.
                var missing = attempted - known - early;
                early = Math.Max(0, -missing);
                for (var i = 0L; i < missing; i++)
                {
                    while (Rows.ContainsKey(index))
                    {
                        index++;
                    }

                    var at = before - begin + new Nanoseconds((moment - before).Value * i / missing);
                    yield return new SeenConnect(index++, at, at, null);
                }

                before = moment;
            }
        }
    }
}
