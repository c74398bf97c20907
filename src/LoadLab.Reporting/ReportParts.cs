using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>The parts that console reports are made of. Nothing depends on colour: each outcome has its word and its sign.</summary>
internal static class ReportParts
{
    /// <summary>Columns of a label, with the space after it.</summary>
    public const int LabelWidth = 11;

    public static string Sign(IAnsiConsole console, Outcome outcome) => console.Profile.Capabilities.Unicode
        ? outcome switch { Outcome.Held => "✓", Outcome.Broken => "✗", Outcome.Inconclusive => "?" }
        : outcome switch { Outcome.Held => "+", Outcome.Broken => "x", Outcome.Inconclusive => "?" };

    public static string Ellipsis(IAnsiConsole console) => console.Profile.Capabilities.Unicode ? "…" : "...";

    public static string Colour(Outcome outcome) => outcome switch { Outcome.Held => "green", Outcome.Broken => "red", Outcome.Inconclusive => "yellow" };

    /// <summary>A label and a text that wraps beside it; no row where there is nothing to say.</summary>
    public static void Row(this Grid grid, string label, string? text)
    {
        if (text is not null)
        {
            grid.AddRow(new Text(label, new Style(decoration: Decoration.Dim)), new Text(text));
        }
    }

    public static Grid Labelled()
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn().Width(LabelWidth - 1).NoWrap().PadLeft(0).PadRight(1));
        grid.AddColumn(new GridColumn().PadLeft(0).PadRight(0));
        return grid;
    }

    public static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple).Expand();
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))).PadLeft(0).PadRight(1));
        }

        return table;
    }

    public static void Heading(IAnsiConsole console, string text)
    {
        console.WriteLine();
        console.Write(new Text(text, new Style(decoration: Decoration.Bold)));
        console.WriteLine();
    }

    /// <summary>Declared beside live: what the kernel made of what was asked; null where the server is an external server and was not seen.</summary>
    public static string? Live(VariantPlan variant, AcceptQueueFigures? seen)
    {
        if (!variant.Declared.HasOwnServer)
        {
            return seen is { Limit: { } found, Capacity: { } takes } ? $"backlog {found} as found: {Takes(takes)}" : null;
        }

        var asked = variant.Declared.Server.Backlog;
        var live = seen?.Limit ?? variant.LiveBacklog;
        var capacity = seen?.Capacity ?? variant.Capacity;
        var made = asked == live ? $"backlog {asked} as asked" : $"backlog {asked} -> {live}";
        return $"{made}: {Takes(capacity)}";
    }

    private static string Takes(long capacity) => $"an accept queue takes {capacity} connection{(capacity == 1 ? "" : "s")}";
}
