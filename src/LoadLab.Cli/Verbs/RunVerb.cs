using System.CommandLine;
using System.Text.Json;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Runs;
using LoadLab.Scenarios;

namespace LoadLab.Cli;

/// <summary><c>loadlab run NAME|FILE</c>, or several scenarios with one verdict.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var scenarios = CommonOptions.Scenarios();
        var set = CommonOptions.Set();
        var variant = CommonOptions.Variant();
        var (sandbox, kernel) = (CommonOptions.Sandbox(), CommonOptions.Kernel());
        var subject = CommonOptions.Subject();
        var target = CommonOptions.Target();
        var json = CommonOptions.Json("the run's document (run.json; of several scenarios suite.json)");
        var output = new Option<string?>("--out") { Description = "Where the run's folder is made (default: results)", HelpName = "DIR" };
        var timeout = new Option<string?>("--timeout")
        {
            Description = "Ends a run after this time, with a verdict on what was observed so far, e.g. 30s",
            HelpName = "DURATION",
        };
        var repeat = new Option<int>("--repeat")
        {
            Description = "Runs each scenario N times; the exit status is that of the worst run",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var parallel = new Option<string?>("--parallel")
        {
            Description = "Of several scenarios, runs up to N at once (auto: one for each processor); what needs the machine for itself still runs alone",
            HelpName = "N|auto",
            CompletionSources = { "auto" },
        };
        var turn = new Option<string?>("--turn")
        {
            Description = "Waits for a lock on this file and holds it during a run: so that runs in several containers alternate",
            HelpName = "FILE",
        };
        var (junit, markdown) = (CommonOptions.JUnit(), CommonOptions.Markdown());
        var command = new Verb(
            "run",
            "Runs scenarios and says what is as predicted, what is not, and why",
            [
                "loadlab run accept-queue/backlog-overflow",
                "loadlab run accept-queue/backlog-overflow --set server.backlog=7 --set sysctl.net.core.somaxconn=5",
                "loadlab run accept-queue/backlog-overflow --subject \"redis-server --port 6390 --save ''\" --target 127.0.0.1:6390",
                "loadlab run 'accept-queue/*' retransmit/syn-schedule --parallel auto --junit loadlab.xml",
            ])
        {
            scenarios, set, variant, sandbox, kernel, subject, target, output, timeout, repeat, parallel, turn, junit, markdown, json,
            CommonOptions.Verbose, CommonOptions.Quiet,
        };
        command.SetAction((result, _) =>
        {
            var files = ReportFiles.Asked(result.GetValue(junit), result.GetValue(markdown));
            var (isJson, times, results) = (result.GetValue(json), result.GetValue(repeat), result.GetValue(output) ?? Paths.Results);
            var atOnce = SuiteRunning.AtOnce(result.GetValue(parallel));
            var words = result.GetValue(scenarios)!;
            var selection = new ScenarioSelection(new ScenarioCatalog(Paths.Scenarios));
            if (!selection.IsOfSeveral(words))
            {
                return Repetition.Of(times, result.GetValue(turn), isJson)
                    .RunAsync(() => RunAsync(Request(words[0]), results, result.GetValue(timeout), files, isJson, Terminal.Of(result)));
            }

            if (result.GetValue(turn) is not null)
            {
                throw CliException.BadInput("--turn is held during one run: name one scenario");
            }

            var asked = Preparation.Value(selection.Of(words)).Select(one => Request(one.Name)).ToList();
            var all = Enumerable.Repeat(asked, Repetition.Of(times, null, json: false).Times).SelectMany(round => round);
            return new SuiteRunning([.. all], atOnce, results, Timeout(result.GetValue(timeout))).RunAsync(files, isJson, Terminal.Of(result));

            RunRequest Request(string name) =>
                new(name, result.GetValue(set) ?? [], result.GetValue(sandbox), result.GetValue(subject), result.GetValue(target))
                {
                    Variant = result.GetValue(variant),
                    Kernel = result.GetValue(kernel),
                };
        });
        return command;
    }

    private static async Task<int> RunAsync(RunRequest request, string results, string? timeout, ReportFiles files, bool json, Terminal terminal)
    {
        var limit = Timeout(timeout);
        var (plan, sandbox) = await Preparation.PlanAsync(request);

        // Not before: until here an interruption has nothing to give a verdict over, and ends the process and what it started as any other.
        using var interruption = new Interruption();
        using var one = new OneRun(plan, sandbox, results, limit, interruption, json);
        var run = await one.RunAsync(terminal.Progress(plan, json));
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(run, ModelJson.Indented.RunDocument));
        }

        ConsoleReport.Write(terminal.ReportTo(json), plan, run, Paths.Shown(one.Folder), terminal.Detail);
        files.Write(plan, run);
        one.Finish();
        return interruption.Came ? ExitStatus.Interrupted : ExitStatus.Of(run.Verdict);
    }

    private static Nanoseconds? Timeout(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return Nanoseconds.TryParse(text, out var limit) && limit.Value > 0
            ? limit
            : throw CliException.BadInput($"--timeout {text}: takes a duration with a unit, e.g. 30s");
    }
}
