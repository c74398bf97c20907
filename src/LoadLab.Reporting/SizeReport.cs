using System.Globalization;
using System.Text;
using LoadLab.Model;
using Spectre.Console;
using static LoadLab.Reporting.MarkdownText;

namespace LoadLab.Reporting;

/// <summary>The smallest setting that is enough, for people: the answer first, then what it rests on, then the lines to paste.</summary>
public static class SizeReport
{
    /// <summary>Writes it to a console.</summary>
    /// <param name="console">See <see cref="ReportConsole"/>.</param>
    /// <param name="sizing">The result.</param>
    /// <param name="folder">Where the runs are; null when it is not shown.</param>
    public static void Write(IAnsiConsole console, SizingDocument sizing, string? folder)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(sizing);
        ReportParts.Heading(console, $"{ReportParts.Sign(console, sizing.Verdict)} {sizing.Answer}");
        console.WriteLine();
        var facts = ReportParts.Labelled();
        foreach (var (label, text) in Facts(sizing))
        {
            facts.Row(label, text);
        }

        console.Write(facts);
        if (!sizing.Points.IsEmpty)
        {
            var table = ReportParts.Table(Columns(sizing));
            foreach (var row in Rows(sizing))
            {
                table.AddRow([.. row.Select(cell => new Text(cell))]);
            }

            console.Write(table);
        }

        foreach (var place in sizing.Paste)
        {
            console.Write(new Text($"{place.Place}:", new Style(decoration: Decoration.Dim)));
            console.WriteLine();
            foreach (var line in place.Lines)
            {
                console.Write(new Text($"  {line}"));
                console.WriteLine();
            }
        }

        if (folder is not null)
        {
            console.WriteLine();
            var end = ReportParts.Labelled();
            end.Row("results", folder);
            console.Write(end);
        }
    }

    /// <summary>The same as Markdown.</summary>
    public static string Markdown(SizingDocument sizing)
    {
        ArgumentNullException.ThrowIfNull(sizing);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"### {Sign(sizing.Verdict)} {Plain(sizing.Answer)}\n\n");
        foreach (var (label, words) in Facts(sizing))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {label}: {Plain(words)}\n");
        }

        if (!sizing.Points.IsEmpty)
        {
            var columns = Columns(sizing);
            text.Append(CultureInfo.InvariantCulture, $"\n| {string.Join(" | ", columns.Select(Plain))} |\n|{string.Concat(columns.Select(_ => "---|"))}\n");
            foreach (var row in Rows(sizing))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row.Select(Plain))} |\n");
            }
        }

        foreach (var place in sizing.Paste)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Plain(place.Place)}:\n\n{string.Join('\n', place.Lines.Select(line => $"    {Line(line)}"))}\n");
        }

        return Document(text);
    }

    /// <summary>What there is to say beside the answer, each with its label.</summary>
    internal static IEnumerable<(string Label, string Text)> Facts(SizingDocument sizing)
    {
        yield return ("asked",
            $"the {(sizing.Falling ? "greatest" : "smallest")} {sizing.Setting} from {sizing.Low}{sizing.Unit} to {sizing.High}{sizing.Unit} with which "
            + $"{string.Join(" and ", sizing.Conditions)}");
        foreach (var sentence in sizing.Evidence)
        {
            yield return ("evidence", sentence);
        }

        if (sizing.ClosedForm is { } form)
        {
            var measured = form.Agrees switch { true => "; measured: the same", false => $"; measured: {sizing.Enough}", null => "" };
            yield return ("rule", $"{form.Formula} = {form.Value}{measured} ({form.KernelSource})");
        }

        if (sizing.Headroom is { } headroom)
        {
            yield return ("headroom", headroom);
        }

        foreach (var cap in sizing.Caps)
        {
            yield return ("capped by", cap);
        }

        foreach (var note in sizing.Notes)
        {
            yield return ("note", note);
        }

        yield return ("kernel", $"{sizing.Kernel}, {sizing.Runs} of at most {sizing.Budget} runs in {sizing.DurationS:0} s");
        if (sizing.Command.Length > 0)
        {
            yield return ("again", TypedCommand.Of(sizing.Command));
        }
    }

    /// <summary>The headings of the values that were run.</summary>
    internal static string[] Columns(SizingDocument sizing) =>
        [sizing.Target == "ports" ? "ports" : sizing.Setting, "held", "failed", $"{QuantityOf(sizing)}, runs", "by the model"];

    /// <summary>A row for each value that was run.</summary>
    internal static IEnumerable<string[]> Rows(SizingDocument sizing) => sizing.Points.Select(point => (string[])
    [
        $"{point.Value}{sizing.Unit}",
        $"{point.Held}",
        $"{point.Failed}{(point.Unusable > 0 ? $" (and {point.Unusable} not usable)" : "")}",
        Range(point.Quantity),
        sizing.Model.FirstOrDefault(one => one.Value == point.Value) is { } said ? said.Low == said.High ? Number(said.Low)
            : $"{Number(said.Low)}..{Number(said.High)}" : "-",
    ]);

    /// <summary>The name of the first condition's quantity.</summary>
    internal static string QuantityOf(SizingDocument sizing) => sizing.Conditions[0].Split(' ', '<', '>', '=', '!')[0];

    private static string Range(IReadOnlyCollection<double> values) =>
        values.Count == 0 ? "-" : values.Min() == values.Max() ? Number(values.Min()) : $"{Number(values.Min())}..{Number(values.Max())}";

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Sign(Outcome outcome) => outcome switch { Outcome.Held => "✓", Outcome.Broken => "✗", Outcome.Inconclusive => "?" };
}
