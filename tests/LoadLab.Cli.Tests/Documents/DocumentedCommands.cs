using System.Text.RegularExpressions;

namespace LoadLab.Cli.Tests;

/// <summary>What the pages tell people to type.</summary>
/// <param name="Place">Page and line, or the verb whose help shows it.</param>
/// <param name="Line">What follows the program's name.</param>
/// <param name="IsWhole">False for one within a sentence, which may leave out what a command needs.</param>
internal sealed partial record DocumentedCommand(string Place, string Line, bool IsWhole)
{
    private const int Patience = 1000;
    private const string Fence = "```";

    private static readonly string[] Folders = ["docs/tutorial", "docs/how-to", "docs/explanation/scenarios"];

    /// <summary>README, tutorial, how-to pages, the pages about scenarios, and the others that have commands.</summary>
    public static IEnumerable<string> Pages { get; } =
    [
        "README.md", "CONTRIBUTING.md", "docs/explanation/textbook.md", "docs/reference/report.md",
        .. Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Launcher.Root, folder), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Launcher.Root, path)).Order(StringComparer.Ordinal),
    ];

    /// <summary>All of a page.</summary>
    public static IEnumerable<DocumentedCommand> In(string page)
    {
        string? block = null;
        var number = 0;
        var begun = "";
        foreach (var line in File.ReadLines(Path.Combine(Launcher.Root, page)))
        {
            number++;
            if (line.TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                block = block is null ? line.Trim(' ', '`') : null;
                continue;
            }

            var whole = begun + line;
            if (line.EndsWith('\\'))
            {
                begun = whole[..^1];
                continue;
            }

            begun = "";
            var found = block is null && !whole.StartsWith("    ", StringComparison.Ordinal) ? Inline().Matches(whole)
                : block is "" or "xml" ? Typed().Matches(whole)
                : Alone().Matches(whole);
            foreach (Match match in found)
            {
                yield return new DocumentedCommand($"{page}:{number}", match.Groups["line"].Value, !match.Value.StartsWith('`'));
            }
        }
    }

    // In a sentence. What has an ellipsis or a choice is a form and no command.
    [GeneratedRegex(@"`(\./)?loadlab (?<line>[^`…\[|]*)`", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Inline();

    // In a block of what a terminal showed.
    [GeneratedRegex(@"^\s*\$ (\./)?loadlab (?<line>.*)$", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Typed();

    // In a block of commands or of a workflow.
    [GeneratedRegex(@"^\s*(-? *run: )?([A-Z_]+=\S+ )*(\./)?loadlab (?<line>.*)$", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Alone();
}
