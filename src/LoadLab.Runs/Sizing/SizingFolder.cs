using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Reporting.Html;

namespace LoadLab.Runs.Sizing;

/// <summary>A sizing's own files in its folder.</summary>
public static class SizingFolder
{
    /// <summary>Writes all of them. The answer stands also where they cannot be written.</summary>
    public static void Write(string folder, SizingDocument document, TextWriter error)
    {
        ReportPage.TryWrite(Path.Combine(folder, FolderNames.Sizing),
            _ => ResultsFolder.Write(folder, FolderNames.Sizing, document, ModelJson.Indented.SizingDocument), error);
        ReportPage.TryWrite(Path.Combine(folder, FolderNames.SizingText),
            _ => ResultsFolder.Write(folder, FolderNames.SizingText, SizeReport.Markdown(document)), error);
        WritePage(folder, document, error);
    }

    /// <summary>Writes the page alone.</summary>
    public static void WritePage(string folder, SizingDocument document, TextWriter error) =>
        ReportPage.TryWrite(Path.Combine(folder, FolderNames.Report), _ => SizeHtmlReport.Write(folder, document), error);
}
