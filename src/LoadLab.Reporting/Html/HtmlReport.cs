using LoadLab.Model;
using LoadLab.Reporting.Series;

namespace LoadLab.Reporting.Html;

/// <summary>A run as one HTML file that needs nothing else: a pure function of the run's folder.</summary>
public static class HtmlReport
{
    /// <summary>Writes report.html into a run's folder, in place of an older one.</summary>
    /// <param name="stored">The folder, with a plan.</param>
    /// <param name="run">The result: run.json's, or one judged again of a run that was killed.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(StoredRun stored, RunDocument run)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ResultsFolder.Write(stored.Path, FolderNames.Report, Of(stored, run));
    }

    /// <summary>The page.</summary>
    /// <exception cref="ArgumentException">The folder has no plan.</exception>
    public static string Of(StoredRun stored, RunDocument run)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(run);
        var plan = stored.Plan ?? throw new ArgumentException("a folder without a plan has no report", nameof(stored));
        var series = new RunSeries(plan);
        _ = stored.ReadObservations(series.Fold, singles: false);
        var plots = VariantPlots.Of(plan, run, series, stored.BandsOf);
        return HtmlPage.Of(
            $"{run.Scenario}: {EnumWords<Outcome>.Of(run.Verdict)}",
            Answer.Heading(plan, run),
            Answer.Of(run, plots),
            Findings.Of(run),
            PlotsSection.Of(run, plots),
            Errors.Of(run),
            Sequences.Of(stored, run),
            FiguresTable.Of(run),
            SetUp.Of(plan, run),
            Again.Of(plan, run));
    }
}
