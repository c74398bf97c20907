using System.Collections.Immutable;

namespace LoadLab.Judging.Sizing;

/// <summary>Where the model says that a condition begins to hold.</summary>
/// <param name="Guess">The first value that is enough by the model; null: it does not say.</param>
/// <param name="Falling">True when smaller values are the better ones.</param>
/// <param name="Turns">Where the model's answer changes the wrong way, if it does: a value that is enough, and a better one that is not.</param>
public sealed record ModelBracket(long? Guess, bool Falling, ImmutableArray<(long Enough, long NotEnough)> Turns)
{
    private const int Points = 9;
    private static readonly ModelBracket Unknown = new(null, false, []);

    /// <summary>Asks at some values over the whole range, and halves where the answer changes.</summary>
    /// <param name="low">The least value.</param>
    /// <param name="high">The greatest.</param>
    /// <param name="near">A value near which the boundary is expected; null: not known.</param>
    /// <param name="holds">What the model says of a value; null where it has no rule.</param>
    public static ModelBracket Of(long low, long high, long? near, Func<long, bool?> holds)
    {
        var values = Spread(low, high, near);
        var said = values.Select(value => (Value: value, Holds: holds(value))).Where(one => one.Holds is not null)
            .Select(one => (one.Value, Holds: one.Holds!.Value)).ToList();
        if (said.Count < 2)
        {
            return Unknown;
        }

        var changes = said.Zip(said.Skip(1)).Where(pair => pair.First.Holds != pair.Second.Holds).Select(pair => Halved(pair.First, pair.Second, holds))
            .ToList();
        var falling = said[0].Holds && !said[^1].Holds;
        var right = changes.Where(change => change.First.Holds == falling).ToList();
        ImmutableArray<(long, long)> turns = [
            .. changes.Where(change => change.First.Holds != falling)
            .Select(change => falling ? (change.Second.Value, change.First.Value) : (change.First.Value, change.Second.Value))];

        // Of several boundaries the last: beyond it everything is enough. With none, everything or nothing is.
        long? guess = right.Count == 0 ? said[0].Holds ? low : null : falling ? right[0].First.Value : right[^1].Second.Value;
        return new ModelBracket(guess, falling, turns);
    }

    private static SortedSet<long> Spread(long low, long high, long? near)
    {
        SortedSet<long> values = [low, high];
        for (var i = 1; i < Points - 1; i++)
        {
            // Even steps of the logarithm: a range of settings often spans several decades.
            values.Add(low + (long)Math.Round(Math.Pow(high - low + 1.0, (double)i / (Points - 1)) - 1));
        }

        if (near is { } value)
        {
            values.UnionWith(((long[])[value - 1, value, value + 1]).Where(one => one >= low && one <= high));
        }

        return values;
    }

    private static ((long Value, bool Holds) First, (long Value, bool Holds) Second) Halved((long Value, bool Holds) first, (long Value, bool Holds) second,
        Func<long, bool?> holds)
    {
        while (second.Value - first.Value > 1)
        {
            var middle = first.Value + ((second.Value - first.Value) / 2);
            if (holds(middle) is not { } at)
            {
                // Open at the boundary itself: the kernel decides.
                break;
            }

            (first, second) = at == first.Holds ? ((middle, at), second) : (first, (middle, at));
        }

        return (first, second);
    }
}
