using System.Text.RegularExpressions;

namespace LoadLab.Reporting.Tests;

/// <summary>README and docs: what they link to is there.</summary>
public sealed partial class LinkTests
{
    private const int Patience = 1000;
    private const int MostLinesOfReadme = 150;
    private static readonly string Root = RunSchemaTests.Root();

    public static TheoryData<string> Pages =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Root, "*.md")).Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryRelativeLinkHasItsTarget(string page)
    {
        var file = Path.Combine(Root, page);
        var dead = Link().Matches(CodeBlock().Replace(File.ReadAllText(file), "")).Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !IsThere(file, target));
        Assert.Empty(dead);
    }

    [Fact]
    public void TheReadmeIsShort() => Assert.InRange(File.ReadAllLines(Path.Combine(Root, "README.md")).Length, 1, MostLinesOfReadme);

    private static bool IsThere(string page, string target)
    {
        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, parts[0]));
        return Path.Exists(file) && (parts.Length == 1 || Places(file).Contains(parts[1]));
    }

    // As GitHub makes them of headings.
    private static HashSet<string> Places(string file) =>
        [.. Heading().Matches(File.ReadAllText(file)).Select(match => Mark().Replace(match.Value.ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```|`[^`\n]*`", RegexOptions.Multiline | RegexOptions.Singleline, Patience)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"(?<=^#{1,6} ).+$", RegexOptions.Multiline, Patience)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w -]", RegexOptions.None, Patience)]
    private static partial Regex Mark();
}
