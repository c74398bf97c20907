using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A comparison read back from its folder.</summary>
public static class StoredComparison
{
    /// <summary>compare.json of a folder; null when there is none that can be read.</summary>
    public static ComparisonDocument? TryOpen(string folder) =>
        StoredDocument.Read(folder, FolderNames.Comparison, ModelJson.Default.ComparisonDocument, out _) is { Tunings.IsDefaultOrEmpty: false,
            Differences.IsDefault: false } comparison && comparison.Tunings.All(IsWhole) && comparison.Differences.All(IsWhole) ? comparison : null;

    // The serializer leaves null what is missing.
    private static bool IsWhole(TuningResult tuning) =>
        tuning is { Name: not null, About: not null, Settings.IsDefault: false, Metrics: not null, Verdicts: not null }
        && tuning.Metrics.Values.All(values => values is { Unit: not null, Runs.IsDefault: false })
        && tuning.Diagnoses.All(one => one is { Variant: not null, Diagnosis: not null });

    private static bool IsWhole(MetricDifference difference) => difference is { Metric: not null, A: not null, B: not null, Words: not null };
}
