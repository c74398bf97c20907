using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Reporting.Html;

namespace LoadLab.Runs.Suites;

/// <summary>A suite's own files in its folder.</summary>
public static class SuiteFolder
{
    /// <summary>Writes all of them. The verdict stands also where they cannot be written.</summary>
    public static void Write(string folder, SuiteResult suite, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ReportPage.TryWrite(Path.Combine(folder, FolderNames.Suite),
            _ => ResultsFolder.Write(folder, FolderNames.Suite, suite.Document, ModelJson.Indented.SuiteDocument), error);
        WritePages(folder, suite, error);
    }

    /// <summary>Writes the pages for people alone.</summary>
    public static void WritePages(string folder, SuiteResult suite, TextWriter error)
    {
        ReportPage.TryWrite(Path.Combine(folder, FolderNames.SuiteText),
            _ => ResultsFolder.Write(folder, FolderNames.SuiteText, SuiteMarkdown.Of(suite)), error);
        ReportPage.TryWrite(Path.Combine(folder, FolderNames.Index), _ => SuiteHtmlReport.Write(folder, suite), error);
    }
}
