using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A run with its plan.</summary>
public sealed record PlannedRun(Plan Plan, RunDocument Run);

/// <summary>A suite with its runs.</summary>
/// <param name="Document">The suite.</param>
/// <param name="Runs">The run of each of its scenarios, in the same order; null where it was not run, or cannot be read back.</param>
public sealed record SuiteResult(SuiteDocument Document, ImmutableArray<PlannedRun?> Runs)
{
    /// <summary>What is not as predicted, or could not be seen, in full.</summary>
    internal static IEnumerable<Finding> Differing(RunDocument run) =>
        run.Findings.Where(finding => finding.Outcome != Outcome.Held).Concat(run.Checked.Differing);

    /// <summary>Every scenario with its run.</summary>
    internal IEnumerable<(SuiteRun Entry, PlannedRun? Planned)> All => Document.Runs.Zip(Runs);
}
