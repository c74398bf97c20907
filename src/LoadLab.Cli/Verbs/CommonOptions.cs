using System.CommandLine;
using LoadLab.Model;
using LoadLab.Reporting;
using Spectre.Console;

namespace LoadLab.Cli;

/// <summary>Arguments and options that several verbs share.</summary>
internal static class CommonOptions
{
    private const string NoColorVariable = "NO_COLOR";

    public static Argument<string> Scenario() => new("scenario") { Description = "A scenario's name (accept-queue/backlog-overflow) or a file", HelpName = "NAME|FILE" };

    public static Option<string[]> Set() => new("--set")
    {
        Description = "Sets any value of the scenario file, e.g. server.backlog=7 (repeatable)",
        HelpName = "NAME=VALUE",
    };

    public static Option<string?> Sandbox() => new("--sandbox")
    {
        Description = $"Where it runs: {string.Join(" | ", EnumWords<SandboxKind>.All)}",
        HelpName = "KIND",
    };

    public static Option<string?> Subject() => new("--subject")
    {
        Description = "Somebody's server in place of LoadLab's own, started in the sandbox, e.g. 'nginx -c FILE'",
        HelpName = "COMMAND",
    };

    public static Option<string?> Target() => new("--target") { Description = "Where the subject listens, e.g. 127.0.0.1:8080", HelpName = "ADDRESS:PORT" };

    public static Option<string?> AloneOut() => new("--out") { Description = "The folder under which a results folder of its own is made, for report and merge (default: none)", HelpName = "DIR" };

    /// <summary>The command line of this process, as one would type it again.</summary>
    public static string ThisCommand() => string.Join(' ', ["loadlab", .. Environment.GetCommandLineArgs().Skip(1).Select(Quoted)]);

    /// <summary>A word for a shell.</summary>
    public static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+".Contains(c, StringComparison.Ordinal))
        ? word
        : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    public static Option<string?> JUnit() => new("--junit") { Description = "Writes the findings to this file as JUnit test results: a failure for a broken one, skipped for an inconclusive one", HelpName = "FILE" };

    public static Option<string?> Markdown() => new("--markdown") { Description = "Adds a summary as Markdown at the end of this file, e.g. \"$GITHUB_STEP_SUMMARY\"", HelpName = "FILE" };

    public static Option<bool> Json(string what) => new("--json") { Description = $"Writes {what} to standard output as JSON; what is for people goes to standard error" };

    /// <summary>The console for people: standard output, or standard error when JSON has that.</summary>
    public static IAnsiConsole ReportTo(bool json) => json
        ? ReportConsole.Create(Console.Error, !Console.IsErrorRedirected, NoColor)
        : ReportConsole.Create(Console.Out, !Console.IsOutputRedirected, NoColor);

    /// <summary>Of every verb; <see cref="NoColor"/> then says so.</summary>
    public static Option<bool> Plain() => new("--no-color") { Description = "Plain text: no colours, and of a run a line a second instead of a live view (as NO_COLOR and CI do)", Recursive = true };

    /// <summary>The value of NO_COLOR (no-color.org), null when it is "" or not set.</summary>
    public static string? NoColor => Environment.GetEnvironmentVariable(NoColorVariable) is { Length: > 0 } value ? value : null;

    /// <summary>Plain text from now on, also of what this process starts.</summary>
    public static void WithoutColor() => Environment.SetEnvironmentVariable(NoColorVariable, "1");
}
