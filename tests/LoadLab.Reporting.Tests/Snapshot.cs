namespace LoadLab.Reporting.Tests;

/// <summary>A text that is stored in Snapshots/ and compared: what a report looks like changes only where somebody has looked at it.</summary>
internal static class Snapshot
{
    private const string Renew = "LOADLAB_WRITE_DOCS=1 dotnet test tests/LoadLab.Reporting.Tests --filter SnapshotTests";

    /// <summary>Compares a text with the stored one; with LOADLAB_WRITE_DOCS=1 stores it.</summary>
    public static void Same(string name, string text)
    {
        // Blanks at the end of a line are no part of what is seen, and editors remove them.
        text = string.Join('\n', text.TrimEnd().Split('\n').Select(line => line.TrimEnd())) + "\n";
        var path = Path.Combine(RunSchemaTests.Root(), "tests", "LoadLab.Reporting.Tests", "Snapshots", name);
        if (Environment.GetEnvironmentVariable("LOADLAB_WRITE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"there is no Snapshots/{name}; make it by: {Renew}");
        if (FirstDifference(File.ReadAllText(path), text) is { } difference)
        {
            Assert.Fail($"Snapshots/{name}, {difference}\nIf it is meant, look at the whole change after: {Renew}");
        }
    }

    /// <summary>The first line that differs, as stored and as it is now; null when none does.</summary>
    internal static string? FirstDifference(string stored, string now)
    {
        var (before, after) = (stored.Split('\n'), now.Split('\n'));
        var line = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        return line == before.Length && line == after.Length ? null : $"line {line + 1}\n  stored: {At(before)}\n  now:    {At(after)}";

        string At(string[] lines) => line < lines.Length ? lines[line] : "(no such line)";
    }
}
