using LoadLab.Kernel;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary>The reports that CI asked for, of a run or a comparison, written when everything is over.</summary>
/// <param name="JUnit">Where test results go; null: nobody asked.</param>
/// <param name="Markdown">Where the summary is added; null: nobody asked.</param>
internal sealed record ReportFiles(string? JUnit, string? Markdown)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // All runs of --repeat are test suites of one file.
    private readonly List<(Plan Plan, RunDocument Run)> told = [];

    /// <summary>The files asked for.</summary>
    /// <exception cref="CliException">One of them cannot be: said before anything runs.</exception>
    public static ReportFiles Asked(string? junit, string? markdown)
    {
        foreach (var (option, path) in new[] { ("--junit", junit), ("--markdown", markdown) })
        {
            if (path is not null && (path.Length == 0 || Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))))
            {
                throw CliException.BadInput($"{option} '{path}': takes a file in a folder that exists");
            }
        }

        return new ReportFiles(junit, markdown);
    }

    /// <summary>What was asked for, of a run.</summary>
    public void Write(Plan plan, RunDocument run)
    {
        told.Add((plan, run));
        Try(JUnit, file => OutputFile.WriteText(file, JUnitReport.Of(told)));
        Try(Markdown, file => OutputFile.AppendText(file, MarkdownReport.Of(plan, run)));
    }

    /// <summary>What was asked for, of a suite.</summary>
    public void Write(SuiteResult suite)
    {
        Try(JUnit, file => OutputFile.WriteText(file, JUnitReport.Of(suite)));
        Try(Markdown, file => OutputFile.AppendText(file, SuiteMarkdown.Of(suite)));
    }

    /// <summary>What was asked for, of a comparison.</summary>
    public void Write(ComparisonDocument comparison, IEnumerable<string> conditions, DateTimeOffset started)
    {
        Try(JUnit, file => OutputFile.WriteText(file, JUnitReport.Of(comparison, conditions, started)));
        Try(Markdown, file => OutputFile.AppendText(file, CompareReport.Markdown(comparison)));
    }

    /// <summary>What was asked for, of a sizing.</summary>
    public void Write(SizingDocument sizing)
    {
        Try(JUnit, file => OutputFile.WriteText(file, JUnitReport.Of(sizing)));
        Try(Markdown, file => OutputFile.AppendText(file, SizeReport.Markdown(sizing)));
    }

    // A named pipe that nobody reads from would be opened without end (fifo(7)), and the run with its verdict would never end.
    private static void Try(string? file, Action<string> write)
    {
        if (file is null)
        {
            return;
        }

        if (!PatientCall.TryMake(() => ReportPage.TryWrite(file, write, Console.Error), Patience))
        {
            Console.Error.WriteLine(
                $"loadlab: {file} was not written within {Patience.TotalSeconds:0} s: it is a pipe without a reader, or its file system hangs");
        }
    }
}
