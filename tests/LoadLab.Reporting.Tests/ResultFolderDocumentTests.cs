using System.Text;

namespace LoadLab.Reporting.Tests;

/// <summary>docs/reference/results-folder.md is made from the rows of <see cref="ResultFile"/>.</summary>
public sealed class ResultFolderDocumentTests
{
    private const string Head = """
        # The results folder

        Every run, suite, comparison and textbook has a folder of its own in `results/` (or below `--out DIR`, or `LOADLAB_RESULTS`),
        named by its start and its scenario.
        `loadlab results` lists them, `loadlab report FOLDER` shows one again.
        This page is made from `src/LoadLab.Reporting/Folders/ResultFile.cs`; `LOADLAB_WRITE_DOCS=1 dotnet test tests/LoadLab.Reporting.Tests` makes it again.

        """;

    private const string Tail = """

        A run has packets as well: `trace.pcapng`, or `trace-VARIANT.pcapng` for each variant, for Wireshark: the first 250,000 segments, headers
        without payload.
        `tool/` has the reports of another tool that paced the clients ([NBomber](../how-to/nbomber.md)).

        The schema of run.json is [run.schema.json](run.schema.json). Documents are written beside their name, flushed and renamed, so that a killed
        run leaves a folder that can be read.
        The runs of a comparison are in a folder for each tuning; those of a textbook or a suite (several scenarios of one `loadlab run`) are in its folder.

        """;

    [Fact]
    public void ThePageOnDiskIsTheOneThatTheRowsGive()
    {
        var path = Path.Combine(RunSchemaTests.Root(), "docs", "reference", "results-folder.md");
        if (Environment.GetEnvironmentVariable("LOADLAB_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, Generate());
        }

        Assert.Equal(Generate(), File.ReadAllText(path));
    }

    private static string Generate()
    {
        var text = new StringBuilder(Head);
        foreach (var (title, files) in new[] { ("A run", ResultFile.OfRun), ("A comparison", ResultFile.OfComparison), ("A textbook", ResultFile.OfTextbook),
            ("A sizing", ResultFile.OfSizing), ("A suite", ResultFile.OfSuite) })
        {
            text.Append($"\n## {title}\n\n| file | content |\n|---|---|\n");
            foreach (var file in files)
            {
                text.Append($"| `{file.Name}` | {file.Content} |\n");
            }
        }

        return text.Append(Tail).ToString();
    }
}
