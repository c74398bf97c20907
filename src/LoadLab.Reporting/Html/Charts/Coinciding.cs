using System.Collections.Immutable;

namespace LoadLab.Reporting.Html;

/// <summary>Which lines of a plot lie on each other: they are drawn inside each other, a narrow one on a wide one, so that none hides another.</summary>
internal static class Coinciding
{
    private const int Places = 120;
    private const double Share = 0.6;

    /// <summary>The lines in groups; a line that coincides with no other is a group of its own. Order is kept.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="x">The axis along.</param>
    /// <param name="isSame">True for two values that are drawn at one height.</param>
    public static ImmutableArray<ImmutableArray<PlotLine>> Groups(ImmutableArray<PlotLine> lines, Scale x, Func<double, double, bool> isSame)
    {
        double[] places = [.. Enumerable.Range(0, Places).Select(i => x.Low + ((x.High - x.Low) * (i + 0.5) / Places))];
        List<List<PlotLine>> groups = [];
        foreach (var line in lines)
        {
            var found = groups.Find(group => group.Exists(other => Together(line, other, places, isSame)));
            if (found is null)
            {
                groups.Add([line]);
            }
            else
            {
                found.Add(line);
            }
        }

        return [.. groups.Select(group => group.ToImmutableArray())];
    }

    private static bool Together(PlotLine one, PlotLine other, double[] places, Func<double, double, bool> isSame)
    {
        var both = places.Select(place => (One: one.At(place), Other: other.At(place))).Where(pair => pair.One is not null && pair.Other is not null).ToList();
        return both.Count > 0 && both.Count(pair => isSame(pair.One!.Value, pair.Other!.Value)) >= Share * both.Count;
    }
}
