using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Reporting.Html;

namespace LoadLab.Cli;

/// <summary>Files that a run is told in, written when it is over.</summary>
internal static class ReportFiles
{
    /// <summary>report.html into the run's folder; where that cannot be, a sentence says so and the verdict stands.</summary>
    public static void WritePage(StoredRun stored, RunDocument run)
    {
        try
        {
            HtmlReport.Write(stored, run);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"loadlab: {FolderNames.Report} is not written: {e.Message}");
        }
    }
}
