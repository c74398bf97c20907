using System.Globalization;
using System.Text;
using LoadLab.Model;
using Spectre.Console;
using static LoadLab.Reporting.MarkdownText;

namespace LoadLab.Reporting;

/// <summary>The textbook as it came out on one kernel: on a console, and as Markdown.</summary>
public static class TextbookReport
{
    /// <summary>Writes it to a console: a line for each claim, what was seen below it, and the reason where one did not hold.</summary>
    /// <param name="console">See <see cref="ReportConsole"/>.</param>
    /// <param name="document">The textbook.</param>
    /// <param name="folder">Where the results are; null when it is not shown.</param>
    public static void Write(IAnsiConsole console, TextbookDocument document, string? folder)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(document);
        foreach (var chapter in document.Claims.GroupBy(claim => claim.Chapter))
        {
            ReportParts.Heading(console, chapter.Key);
            var grid = new Grid().AddColumn(new GridColumn().Width(1).NoWrap().PadLeft(0).PadRight(1)).AddColumn(new GridColumn().PadLeft(0).PadRight(0));
            foreach (var claim in chapter)
            {
                grid.AddRow(new Text(ClaimWords.Sign(console, claim.Outcome), Style.Parse(ClaimWords.Colour(claim.Outcome))), new Rows(Lines(claim)));
            }

            console.Write(grid);
        }

        console.WriteLine();
        var end = ReportParts.Labelled();
        end.Row("kernel", $"{document.Kernel}, sandbox {EnumWords<SandboxKind>.Of(document.Sandbox)}");
        end.Row("claims", $"{document.Claims.Length}: {ClaimWords.Tally(document)}, in {document.DurationS:0.#} s{(document.Finished ? "" : "; interrupted")}");
        end.Row("states", $"{document.States.Length} of {TcpStateNames.All.Length} seen, {document.Transitions.Length} transitions between them");
        if (folder is not null)
        {
            end.Row("results", folder);
        }

        console.Write(end);
        TextbookTable.WriteFamilies(console, document);
    }

    /// <summary>The same as Markdown, with the states as a diagram.</summary>
    public static string Markdown(TextbookDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"# A TCP session on Linux {document.Kernel}\n\n{document.Claims.Length} claims: {ClaimWords.Tally(document)}, in {document.DurationS:0.#} s.\n");
        foreach (var chapter in document.Claims.GroupBy(claim => claim.Chapter))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {Plain(chapter.Key)}\n\n| claim | outcome | observed | witnesses |\n|---|---|---|---|\n");
            foreach (var claim in chapter)
            {
                var words = claim.Nuance is null ? Plain(claim.Claim) : $"{Plain(claim.Claim)} *{Plain(claim.Nuance)}*";
                var observed = claim.Reason is null ? claim.Observed : $"{claim.Reason}{(claim.Observed.Length > 0 ? $" ({claim.Observed})" : "")}";
                text.Append(CultureInfo.InvariantCulture,
                    $"| {words} {Code(claim.Id)} | {ClaimWords.Of(claim.Outcome)} | {Plain(observed)} | {Plain(ClaimWords.Witnesses(claim.Witnesses))} |\n");
            }
        }

        if (!document.Transitions.IsEmpty)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n## States\n\n{document.States.Length} of {TcpStateNames.All.Length} states were seen: "
                + $"{string.Join(", ", document.States.Select(Plain))}.\n\n{StateDiagram.Mermaid(document)}");
        }

        return Document(text);
    }

    private static IEnumerable<Text> Lines(TextbookClaim claim)
    {
        var dim = new Style(decoration: Decoration.Dim);
        yield return new Text(claim.Claim);
        if (claim.Nuance is { } nuance)
        {
            yield return new Text($"nuance: {nuance}");
        }

        if (claim.Reason is { } reason)
        {
            yield return new Text($"{ClaimWords.Of(claim.Outcome)}: {reason}", Style.Parse(ClaimWords.Colour(claim.Outcome)));
        }

        if (claim.Observed.Length > 0)
        {
            yield return new Text(claim.Observed, dim);
        }

        yield return new Text($"{claim.Id}{(claim.Witnesses.IsEmpty ? "" : $"  ({ClaimWords.Witnesses(claim.Witnesses)})")}", dim);
    }
}
