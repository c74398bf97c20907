using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Reporting.Html;

namespace LoadLab.Cli;

/// <summary>The files in which a run or a comparison is told: report.html in its folder, and what CI asked for. All are written when everything is over.</summary>
/// <param name="JUnit">Where test results go; null: nobody asked.</param>
/// <param name="Markdown">Where the summary is added; null: nobody asked.</param>
internal sealed record ReportFiles(string? JUnit, string? Markdown)
{
    // All runs of --repeat are test suites of one file.
    private readonly List<(Plan Plan, RunDocument Run)> told = [];

    /// <summary>The files asked for.</summary>
    /// <exception cref="Complaint">One of them cannot be: said before anything runs.</exception>
    public static ReportFiles Asked(string? junit, string? markdown)
    {
        foreach (var (option, path) in new[] { ("--junit", junit), ("--markdown", markdown) })
        {
            if (path is not null && (path.Length == 0 || Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))))
            {
                throw Complaint.BadInput($"{option} '{path}': takes a file in a folder that exists");
            }
        }

        return new ReportFiles(junit, markdown);
    }

    /// <summary>report.html of a run.</summary>
    public static void WritePage(StoredRun stored, RunDocument run) => Try(Path.Combine(stored.Path, FolderNames.Report), _ => HtmlReport.Write(stored, run));

    /// <summary>report.html of a comparison.</summary>
    public static void WritePage(string folder, ComparisonDocument comparison) => Try(Path.Combine(folder, FolderNames.Report), _ => CompareHtmlReport.Write(folder, comparison));

    /// <summary>What was asked for, of a run.</summary>
    public void Write(Plan plan, RunDocument run)
    {
        told.Add((plan, run));
        Try(JUnit, file => File.WriteAllText(file, JUnitReport.Of(told)));
        Try(Markdown, file => File.AppendAllText(file, MarkdownReport.Of(plan, run)));
    }

    /// <summary>What was asked for, of a comparison.</summary>
    public void Write(ComparisonDocument comparison, IEnumerable<string> conditions, DateTimeOffset started)
    {
        Try(JUnit, file => File.WriteAllText(file, JUnitReport.Of(comparison, conditions, started)));
        Try(Markdown, file => File.AppendAllText(file, CompareReport.Markdown(comparison)));
    }

    // The verdict stands also where it cannot be written down.
    private static void Try(string? file, Action<string> write)
    {
        if (file is null)
        {
            return;
        }

        try
        {
            write(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"loadlab: {file} is not written: {e.Message}");
        }
    }
}
