using System.Text.RegularExpressions;

namespace LoadLab.Scenarios.Tests;

/// <summary>What people write in this repository has lines of at most 160 characters.</summary>
public sealed partial class LineLengthTests
{
    private const int MostCharacters = 160;
    private const int Patience = 1000;

    // Not JSON (schemas and the dashboard are written by programs), .sln (its form has one line a project), .proto (others' text) and the licences.
    private static readonly string[] Written =
        [".cs", ".csproj", ".props", ".targets", ".c", ".sh", ".py", ".yaml", ".yml", ".md", ".css", ".service", ".bash", ".fish", ".zsh"];

    private static readonly string[] NotEntered = ["bin", "obj", ".git", ".build", ".vs", ".idea", "results", "TestResults", "__pycache__"];

    // In code blocks of these a line can be broken; any other block shows what a program printed.
    private static readonly string[] Languages = ["bash", "c", "csharp", "mermaid", "sh", "yaml"];

    private static readonly (string Path, string Why)[] Exempt =
    [
        ("docs/reference/diagnoses.md", "made from the catalogue of diagnoses"),
        ("docs/reference/exit-status.md", "made from --help"),
        ("tests/LoadLab.Fuzz/corpus", "recorded input"),
    ];

    [Fact]
    public void NoLineIsTooLong() => Assert.Empty(Files().Where(file => !IsExempt(file)).SelectMany(TooLong));

    [Fact]
    public void EveryExemptionIsNeeded() =>
        Assert.All(Exempt, one => Assert.Contains(Files(), file => IsOf(one.Path, file) && TooLong(file).Any()));

    private static bool IsExempt(string file) => Exempt.Any(one => IsOf(one.Path, file));

    private static bool IsOf(string path, string file) => file == path || file.StartsWith($"{path}/", StringComparison.Ordinal);

    private static IEnumerable<string> TooLong(string file)
    {
        var isMarkdown = file.EndsWith(".md", StringComparison.Ordinal);
        string? block = null;
        var number = 0;
        foreach (var line in File.ReadLines(Path.Combine(Given.Repository, file)))
        {
            number++;
            if (isMarkdown && line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                block = block is null ? line.Trim(' ', '`') : null;
            }

            if (line.Length > MostCharacters && Url().Replace(line, "").Length > MostCharacters && !(isMarkdown && CannotBeBroken(line, block)))
            {
                yield return $"{file}:{number}: {line.Length} characters";
            }
        }
    }

    // A row of a table is one line, and what a program printed is shown as it was.
    private static bool CannotBeBroken(string line, string? block) =>
        block is null ? line.TrimStart().StartsWith('|') : !Languages.Contains(block);

    private static IEnumerable<string> Files(string folder = "") => Directory.EnumerateFileSystemEntries(Path.Combine(Given.Repository, folder))
        .Select(path => (Path: path, Name: Path.GetFileName(path)))
        .Where(one => !NotEntered.Contains(one.Name))
        .SelectMany(one => Directory.Exists(one.Path) ? Files(Path.Combine(folder, one.Name))
            : IsWritten(one.Path, one.Name) ? [Path.Combine(folder, one.Name)]
            : (IEnumerable<string>)[]);

    // Scripts have no extension, but say on their first line what runs them.
    private static bool IsWritten(string path, string name) => name == "Dockerfile" || Written.Contains(Path.GetExtension(name))
        || (Path.GetExtension(name).Length == 0 && File.ReadLines(path).FirstOrDefault() is { } first && first.StartsWith("#!", StringComparison.Ordinal));

    [GeneratedRegex(@"https?://\S+", RegexOptions.None, Patience)]
    private static partial Regex Url();
}
