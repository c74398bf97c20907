using System.CommandLine;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Reporting.Live;
using LoadLab.Runs;
using Spectre.Console;

namespace LoadLab.Cli;

/// <summary>Where text for people goes, and whether it is plain: decided once from the command line and the environment, then passed on.</summary>
/// <param name="IsPlain">No colours and nothing drawn in place: <c>--no-color</c>, or NO_COLOR with any value but "" (no-color.org).</param>
/// <param name="Detail">How much of a run is shown.</param>
internal sealed record Terminal(bool IsPlain, ReportDetail Detail)
{
    /// <summary>That of a command line.</summary>
    public static Terminal Of(ParseResult parsed) => new(parsed.GetValue(CommonOptions.Plain) || IsSet("NO_COLOR"), CommonOptions.Detail(parsed));

    /// <summary>The console for people: standard output, or standard error when JSON has that.</summary>
    public IAnsiConsole ReportTo(bool json) => json
        ? ReportConsole.Create(StandardStreams.Error, !Console.IsErrorRedirected, IsPlain)
        : ReportConsole.Create(StandardStreams.Output, !Console.IsOutputRedirected, IsPlain);

    /// <summary>
    /// The view of a run's progress: drawn on a terminal where nothing asks for plain text (CI and TERM=dumb do, too), elsewhere a line a second;
    /// nothing with <c>--quiet</c>.
    /// </summary>
    /// <param name="plan">What is run.</param>
    /// <param name="json">True when standard output has the document, so that people look at standard error.</param>
    public IProgressView Progress(Plan plan, bool json)
    {
        if (Detail == ReportDetail.Quiet)
        {
            return new NoProgress();
        }

        return IsDrawn(json) ? Drawn(plan) : new ProgressLines(plan, Console.Error);
    }

    /// <summary>The same where it is drawn, else nothing: for what says how it goes by a line for each run.</summary>
    public IProgressView DrawnProgress(Plan plan, bool json) => Detail != ReportDetail.Quiet && IsDrawn(json) ? Drawn(plan) : new NoProgress();

    private static LiveView Drawn(Plan plan) => new(plan, ReportConsole.Create(StandardStreams.Error, isTerminal: true, isPlain: false));

    private bool IsDrawn(bool json)
    {
        var isTerminal = !Console.IsErrorRedirected && (json || !Console.IsOutputRedirected);
        return isTerminal && !IsPlain && !IsSet("CI") && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb")
            && Console.WindowWidth >= ReportConsole.LeastWidth;
    }

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };
}
