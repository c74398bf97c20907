using LoadLab.Model;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LoadLab.Reporting.Live;

/// <summary>Frames of a run, one after the other, as something that a terminal can draw: each figure with what it was in the frames before.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class LivePicture(Plan plan)
{
    private const int Width = 40;
    private readonly Dictionary<string, (Sparkline Line, long Last)> history = [];
    private string variant = "";

    /// <summary>The next frame, drawn.</summary>
    /// <param name="frame">How the run stands.</param>
    /// <param name="isUnicode">Whether the terminal has bars.</param>
    public IRenderable Next(LiveFrame frame, bool isUnicode)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Variant != variant)
        {
            history.Clear();
            variant = frame.Variant;
        }

        var grid = new Grid();
        grid.AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2));
        grid.AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2).RightAligned());
        grid.AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(0));
        foreach (var row in frame.Rows)
        {
            grid.AddRow(
                new Text(row.Name, row.IsFailure ? new Style(Color.Red) : new Style(decoration: Decoration.Dim)),
                new Text(row.Limit is { } limit ? $"{row.Value:#,0} of {limit:#,0}" : $"{row.Value:#,0}"),
                new Text(Trend(row, isUnicode), new Style(row.IsFailure ? Color.Red : Color.Teal)));
        }

        return new Rows(new Text(Heading(frame), new Style(decoration: Decoration.Bold)), grid);
    }

    private string Heading(LiveFrame frame)
    {
        var where = frame.Variant.Length > 0 ? $", {frame.Variant}" : "";
        var phase = frame.Phase is { } name ? $"{name} for {frame.InPhase.Seconds:0.0} s" : "starting";
        return $"{plan.Scenario}{where}: {phase}, {frame.Left.Seconds:0} s left";
    }

    private string Trend(LiveRow row, bool isUnicode)
    {
        if (!history.TryGetValue(row.Name, out var known))
        {
            known = (new Sparkline(Width), 0);
        }

        known.Line.Add(row.Trend switch { LiveTrend.Level => row.Value, LiveTrend.Rate => row.Value - known.Last });
        history[row.Name] = (known.Line, row.Value);
        return known.Line.Draw(isUnicode);
    }
}
