using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A suite read back from its folder.</summary>
public static class StoredSuite
{
    /// <summary>suite.json of a folder; null when there is none that can be read, with the reason where there is one.</summary>
    public static SuiteDocument? TryOpen(string folder, out string? problem) =>
        StoredDocument.ReadIfThere<SuiteDocument>(folder, FolderNames.Suite, out problem);

    /// <summary>The same with the runs in it; one that cannot be read is missing.</summary>
    public static SuiteResult? TryOpenWhole(string folder, out string? problem)
    {
        return TryOpen(folder, out problem) is { } suite ? new SuiteResult(suite, [.. suite.Runs.Select(Open)]) : null;

        // Only a folder's name: what lies elsewhere is not of this suite.
        PlannedRun? Open(SuiteRun run) =>
            run.Folder is { Length: > 0 } name && Path.GetFileName(name) == name
                && StoredRun.Open(Path.Combine(folder, name)) is { Plan: { } plan, Run: { } document }
                ? new PlannedRun(plan, document)
                : null;
    }
}
