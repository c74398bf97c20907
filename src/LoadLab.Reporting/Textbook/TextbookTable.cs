using System.Globalization;
using System.Text;
using LoadLab.Model;
using Spectre.Console;
using static LoadLab.Reporting.MarkdownText;

namespace LoadLab.Reporting;

/// <summary>Several textbooks side by side, and the two protocols of one.</summary>
public static class TextbookTable
{
    private const string NotAsked = "";

    /// <summary>Writes results of several kernels side by side.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<TextbookDocument> documents)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(documents);
        var table = ReportParts.Table(["claim", .. documents.Select(Heading)]);
        foreach (var row in Rows(documents))
        {
            table.AddRow([new Text(row.Claim), .. row.Outcomes.Select(outcome => new Text(
                Word(outcome), outcome is { } known ? Style.Parse(ClaimWords.Colour(known)) : Style.Plain))]);
        }

        console.Write(table);
        var different = Rows(documents).Where(row => row.Outcomes.Distinct().Count() > 1).Select(row => row.Claim).ToList();
        console.Write(new Text(different.Count == 0 ? "Each claim came out alike on each of them." : $"Different: {string.Join(", ", different)}."));
        console.WriteLine();
    }

    /// <summary>The same as Markdown.</summary>
    public static string Markdown(IReadOnlyList<TextbookDocument> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"| claim | {string.Join(" | ", documents.Select(document => Plain(Heading(document))))} |\n|---|{string.Concat(documents.Select(_ => "---|"))}\n");
        foreach (var row in Rows(documents))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Plain(row.Claim)} | {string.Join(" | ", row.Outcomes.Select(Word))} |\n");
        }

        return Document(text);
    }

    /// <summary>Writes where IPv4 and IPv6 differ; nothing when only one was asked.</summary>
    internal static void WriteFamilies(IAnsiConsole console, TextbookDocument document)
    {
        var pairs = document.Claims.GroupBy(claim => claim.Id.Replace(Session.Ipv6Suffix, "", StringComparison.Ordinal)).Where(group => group.Count() == 2)
            .ToList();
        if (pairs.Count == 0)
        {
            return;
        }

        console.WriteLine();
        var table = ReportParts.Table("claim", "IPv4", "IPv6");
        var only = pairs.RemoveAll(pair => pair.Any(claim => claim.Outcome == ClaimOutcome.Skipped));
        foreach (var pair in pairs.Where(pair => pair.Select(claim => claim.Outcome).Distinct().Count() > 1))
        {
            table.AddRow([new Text(pair.Key), .. pair.OrderBy(claim => claim.Family).Select(claim => new Text(ClaimWords.Of(claim.Outcome)))]);
        }

        console.Write(
            new Text(
                $"IPv4 and IPv6: {pairs.Count - table.Rows.Count} of {pairs.Count} claims came out alike; {only} are over IPv4 "
            + $"only{(table.Rows.Count == 0 ? "." : "; the others:")}"));
        console.WriteLine();
        if (table.Rows.Count > 0)
        {
            console.Write(table);
        }
    }

    private static string Heading(TextbookDocument document) => $"{document.Kernel}, {EnumWords<SandboxKind>.Of(document.Sandbox)}";

    private static string Word(ClaimOutcome? outcome) => outcome is { } known ? ClaimWords.Of(known) : NotAsked;

    private static IEnumerable<(string Claim, ClaimOutcome?[] Outcomes)> Rows(IReadOnlyList<TextbookDocument> documents) =>
        documents.SelectMany(document => document.Claims.Select(claim => claim.Id)).Distinct()
        .Select(id => (id, documents.Select(document => document.Claims.FirstOrDefault(claim => claim.Id == id)?.Outcome).ToArray()));
}
