using System.CommandLine;
using System.Text.Json;
using LoadLab.Model;
using LoadLab.Reporting;

namespace LoadLab.Cli;

/// <summary><c>loadlab run NAME|FILE</c>.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var scenario = CommonOptions.Scenario();
        var set = CommonOptions.Set();
        var sandbox = CommonOptions.Sandbox();
        var subject = CommonOptions.Subject();
        var target = CommonOptions.Target();
        var json = CommonOptions.Json("the run's document (run.json)");
        var output = new Option<string?>("--out") { Description = "The folder under which the run's own folder is made (default: results)", HelpName = "DIR" };
        var timeout = new Option<string?>("--timeout") { Description = "Ends the run after this time, with a verdict over what was seen, e.g. 30s", HelpName = "DURATION" };
        var repeat = new Option<int>("--repeat") { Description = "Runs it so often; the exit status is that of the worst", DefaultValueFactory = _ => 1 };
        var turn = new Option<string?>("--turn") { Description = "Runs while it holds this file, which other runs wait for: so runs in several containers alternate", HelpName = "FILE" };
        var (junit, markdown) = (CommonOptions.JUnit(), CommonOptions.Markdown());
        var command = new Command("run", "Runs a scenario and says what held, what did not, and why") { scenario, set, sandbox, subject, target, output, timeout, repeat, turn, junit, markdown, json };
        command.SetAction((result, _) =>
        {
            var files = ReportFiles.Asked(result.GetValue(junit), result.GetValue(markdown));
            return Repetition.Of(result.GetValue(repeat), result.GetValue(turn), result.GetValue(json)).RunAsync(() => RunAsync(
                new RunRequest(result.GetValue(scenario)!, result.GetValue(set) ?? [], result.GetValue(sandbox), result.GetValue(subject), result.GetValue(target)),
                result.GetValue(output),
                result.GetValue(timeout),
                files,
                result.GetValue(json)));
        });
        return command;
    }

    private static async Task<int> RunAsync(RunRequest request, string? output, string? timeout, ReportFiles files, bool json)
    {
        var limit = Timeout(timeout);
        var (plan, sandbox) = Preparation.Plan(request);

        // Not before: until here an interruption has nothing to give a verdict over, and ends the process and what it started as any other.
        using var interruption = new Interruption();
        using var telemetry = RunTelemetry.TryStart(plan, Console.Error);
        using var session = new RunSession(plan, sandbox, output ?? Places.Results, telemetry);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
        if (limit is { } after)
        {
            stopping.CancelAfter(after.ToTimeSpan());
        }

        var progress = ProgressView.For(plan, json);
        var run = await session.RunAsync(progress, () => interruption.Came ? "interrupted" : $"the time-out of {limit} was reached", stopping.Token);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(run, ModelJson.Indented.RunDocument));
        }

        ConsoleReport.Write(CommonOptions.ReportTo(json), plan, run, Places.Shown(session.Folder));
        files.Write(plan, run);
        telemetry?.Finish(Console.Error);
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
            : throw Complaint.BadInput($"--timeout {text}: takes a duration with a unit, e.g. 30s");
    }
}
