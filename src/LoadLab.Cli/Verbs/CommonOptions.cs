using System.CommandLine;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary>Arguments and options that several verbs share.</summary>
internal static class CommonOptions
{
    public static Argument<string> Scenario() => new("scenario")
    {
        Description = "A scenario's name (accept-queue/backlog-overflow) or a file",
        HelpName = "NAME|FILE",
        CompletionSources = { CompletionWords.Scenarios },
    };

    public static Argument<string[]> Scenarios() => new("scenarios")
    {
        Description = "Scenarios: names (accept-queue/backlog-overflow), files, folders (accept-queue), or patterns in quotes ('accept-queue/*')",
        HelpName = "NAME|FILE|DIR|PATTERN",
        Arity = ArgumentArity.OneOrMore,
        CompletionSources = { CompletionWords.Scenarios },
    };

    public static Option<string[]> Set() => new("--set")
    {
        Description = "Sets any value of the scenario file, e.g. server.backlog=7 (repeatable)",
        HelpName = "NAME=VALUE",
        CompletionSources = { CompletionWords.Settings },
    };

    public static Option<string?> Variant() => new("--variant")
    {
        Description = "Runs only this variant; --set may then set what the variant sets",
        HelpName = "NAME",
        CompletionSources = { CompletionWords.Variants },
    };

    public static Option<string?> Sandbox() => new("--sandbox")
    {
        Description = $"Where it runs: {string.Join(" | ", EnumWords<SandboxKind>.All)}",
        HelpName = "KIND",
        CompletionSources = { CompletionWords.Sandboxes },
    };

    public static Option<string?> Kernel() => new("--kernel")
    {
        Description = "The User-Mode Linux that is booted for the run, in sandbox kernel; default: linux.uml of the PATH",
        HelpName = "PATH",
    };

    public static Option<string?> Subject() => new("--subject")
    {
        Description = "Another server in place of LoadLab's own, started in the sandbox, e.g. 'nginx -c FILE'",
        HelpName = "COMMAND",
    };

    public static Option<string?> Target() => new("--target") { Description = "Where the subject listens, e.g. 127.0.0.1:8080", HelpName = "ADDRESS:PORT" };

    public static Option<string?> StandaloneOut() =>
        new("--out") { Description = "Where a results folder is made, for report and merge (default: none)", HelpName = "DIR" };

    public static Option<string?> Prometheus() => new("--prometheus")
    {
        Description = $"Where Prometheus may fetch the metrics, path /metrics: {PrometheusEndpoint.Forms} (default: nowhere)",
        HelpName = "[ADDRESS]:PORT",
    };

    /// <summary>The command line of this process, as one would type it again.</summary>
    public static string ThisCommand() => string.Join(' ', ["loadlab", .. Environment.GetCommandLineArgs().Skip(1).Select(ShellWord.Quoted)]);

    public static Option<string?> JUnit() =>
        new("--junit") { Description = "Writes the findings to this file as JUnit test results (broken: failure, inconclusive: skipped)", HelpName = "FILE" };

    public static Option<string?> Markdown() => new("--markdown") { Description = "Appends a summary as Markdown to this file, e.g. \"$GITHUB_STEP_SUMMARY\"",
        HelpName = "FILE" };

    public static Option<bool> Json(string what) =>
        new("--json") { Description = $"Writes {what} to standard output as JSON; text for people goes to standard error" };

    /// <summary>Once for witnesses and rules, twice for everything: <see cref="Detail"/> counts it.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose", "-v")
    {
        Description = "Shows the witnesses and the rule of every finding; -vv shows everything: what was asked, figures, packets, errors",
        Arity = ArgumentArity.Zero,
    };

    /// <summary>One line for a run.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Shows one line: verdict, scenario, folder; no progress" };

    /// <summary>How much of a run is shown; <see cref="ReportDetail.Brief"/> where a verb has no such options.</summary>
    /// <exception cref="CliException">Both more and less is asked for.</exception>
    public static ReportDetail Detail(ParseResult parsed)
    {
        var isQuiet = parsed.GetResult(Quiet) is { Implicit: false };
        return (isQuiet, parsed.GetResult(Verbose)?.IdentifierTokenCount ?? 0) switch
        {
            (true, > 0) => throw CliException.BadInput("--quiet and --verbose contradict each other: use one of them"),
            (true, _) => ReportDetail.Quiet,
            (_, 0) => ReportDetail.Brief,
            (_, 1) => ReportDetail.Witnesses,
            _ => ReportDetail.All,
        };
    }

    /// <summary>Of every verb: <see cref="Terminal"/> reads it.</summary>
    public static Option<bool> Plain { get; } = new("--no-color")
    {
        Description = "Plain text: no colours, and a line a second instead of the live view (as with NO_COLOR and CI)",
        Recursive = true,
    };
}
