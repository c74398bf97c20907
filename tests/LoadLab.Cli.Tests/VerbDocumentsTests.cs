using System.Text;

namespace LoadLab.Cli.Tests;

/// <summary>docs/reference/verbs.md and exit-status.md are what <c>--help</c> prints.</summary>
public sealed class VerbDocumentsTests
{
    private const string ExitTitle = "Exit status:";
    private const string Remade = "`LOADLAB_WRITE_DOCS=1 dotnet test tests/LoadLab.Cli.Tests --filter VerbDocumentsTests` makes it again.";

    private const string WithoutVerb =
        "`loadlab` without a verb prints the same as `loadlab help`, on standard output as git, dotnet and kubectl do, and exits with 2: as with git and\n" +
        "dotnet, a command that was given nothing to do has not succeeded. A mistyped verb is answered by the nearest one, with 2 as well.";

    private static readonly string[] Subverbs = ["results prune"];
    private static readonly string Root = Path.GetDirectoryName(Launcher.Path)!;
    private static readonly string Help = Of("");

    public static TheoryData<string> Verbs => [.. Named(), .. Subverbs];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void EveryVerbHasExamplesOfItself(string verb)
    {
        var examples = Of(verb).Split("Examples:\n")[^1].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.StartsWith($"  loadlab {verb}", example, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryVerbOfTheFolderIsACommand() => Assert.Equal(
        Named(),
        Directory.EnumerateFiles(Path.Combine(Root, "src", "LoadLab.Cli", "Verbs"), "?*Verb.cs")
            .Select(file => Path.GetFileNameWithoutExtension(file)[..^"Verb".Length].ToLowerInvariant()).Order(StringComparer.Ordinal));

    [Fact]
    public void ThePageOfVerbsIsWhatHelpPrints()
    {
        var text = new StringBuilder(
            $"# Verbs\n\nWhat `--help` prints. This page is made from it; {Remade}\n\n{WithoutVerb}\n\n## loadlab\n\n{Block(Help)}");
        foreach (var verb in Verbs.Select(row => row.Data))
        {
            text.Append($"\n## {verb}\n\n{Block(Of(verb))}");
        }

        Same("verbs.md", text.ToString());
    }

    [Fact]
    public void ThePageOfExitStatusesIsWhatHelpPrints()
    {
        var text = new StringBuilder(
            $"# Exit status\n\nThe same for every verb. This page is made from `loadlab --help`; {Remade}\n\n| status | meaning |\n|---|---|\n");
        foreach (var line in Help.Split($"{ExitTitle}\n")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Trim().Split(' ', 2);
            text.Append($"| {parts[0]} | {parts[1].Trim()} |\n");
        }

        Same("exit-status.md", text.ToString());
    }

    private static IEnumerable<string> Named() =>
        Help.Split("Commands:\n")[1].Split("\n\n")[0].Split('\n').Select(line => line.Trim().Split(' ')[0]).Order(StringComparer.Ordinal);

    private static string Of(string verb)
    {
        var called = Launcher.Run([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.True(called.Exit == 0, called.ToString());
        return called.Output;
    }

    private static string Block(string help) => $"```\n{string.Join('\n', help.Split('\n').Select(line => line.TrimEnd())).Trim('\n')}\n```\n";

    private static void Same(string file, string text)
    {
        var path = Path.Combine(Root, "docs", "reference", file);
        if (Environment.GetEnvironmentVariable("LOADLAB_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(text, File.ReadAllText(path));
    }
}
