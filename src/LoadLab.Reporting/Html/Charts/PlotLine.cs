using System.Collections.Immutable;

namespace LoadLab.Reporting.Html;

/// <summary>A line of a plot, with the name at its end.</summary>
/// <param name="Colour">A class of the style sheet.</param>
/// <param name="Label">Its name, with its last value.</param>
/// <param name="Points">Each value is kept until the next point.</param>
internal sealed record PlotLine(string Colour, string Label, ImmutableArray<(double At, double Value)> Points)
{
    /// <summary>The value at a place; null before the first point.</summary>
    public double? At(double place)
    {
        double? value = null;
        foreach (var point in Points)
        {
            if (point.At > place)
            {
                break;
            }

            value = point.Value;
        }

        return value;
    }
}
