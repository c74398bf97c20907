using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Reporting.Html;

namespace LoadLab.Runs;

/// <summary>report.html in the folder of a run or a comparison. The verdict stands also where a report cannot be written.</summary>
public static class ReportPage
{
    /// <summary>That of a run.</summary>
    public static void Write(StoredRun stored, RunDocument run, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(stored);
        TryWrite(Path.Combine(stored.Path, FolderNames.Report), _ => HtmlReport.Write(stored, run), error);
    }

    /// <summary>That of a comparison.</summary>
    public static void Write(string folder, ComparisonDocument comparison, TextWriter error) =>
        TryWrite(Path.Combine(folder, FolderNames.Report), _ => CompareHtmlReport.Write(folder, comparison), error);

    /// <summary>Writes a file of a report; where it cannot be written, a line on <paramref name="error"/> says so.</summary>
    public static void TryWrite(string file, Action<string> write, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(error);
        try
        {
            write(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"loadlab: {file} is not written: {e.Message}");
        }
    }
}
