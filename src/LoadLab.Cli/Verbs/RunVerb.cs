using System.CommandLine;
using System.Text.Json;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary><c>loadlab run NAME|FILE</c>.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var scenario = CommonOptions.Scenario();
        var set = CommonOptions.Set();
        var variant = CommonOptions.Variant();
        var sandbox = CommonOptions.Sandbox();
        var subject = CommonOptions.Subject();
        var target = CommonOptions.Target();
        var json = CommonOptions.Json("the run's document (run.json)");
        var output = new Option<string?>("--out") { Description = "Where the run's folder is made (default: results)", HelpName = "DIR" };
        var timeout = new Option<string?>("--timeout") { Description = "Ends the run after this time, with a verdict on what was seen until then, e.g. 30s", HelpName = "DURATION" };
        var repeat = new Option<int>("--repeat") { Description = "Runs the scenario N times; the exit status is that of the worst run", HelpName = "N", DefaultValueFactory = _ => 1 };
        var turn = new Option<string?>("--turn") { Description = "Waits for a lock on this file and holds it during a run: so that runs in several containers alternate", HelpName = "FILE" };
        var (junit, markdown) = (CommonOptions.JUnit(), CommonOptions.Markdown());
        var command = new Verb(
            "run",
            "Runs a scenario and says what is as predicted, what is not, and why",
            [
                "loadlab run accept-queue/backlog-overflow",
                "loadlab run accept-queue/backlog-overflow --set server.backlog=7 --set sysctl.net.core.somaxconn=5",
                "loadlab run accept-queue/backlog-overflow --subject \"redis-server --port 6390 --save ''\" --target 127.0.0.1:6390",
                "loadlab run accept-queue/slow-accept --junit loadlab.xml --quiet",
            ]) { scenario, set, variant, sandbox, subject, target, output, timeout, repeat, turn, junit, markdown, json, CommonOptions.Verbose, CommonOptions.Quiet };
        command.SetAction((result, _) =>
        {
            var files = ReportFiles.Asked(result.GetValue(junit), result.GetValue(markdown));
            return Repetition.Of(result.GetValue(repeat), result.GetValue(turn), result.GetValue(json)).RunAsync(() => RunAsync(
                new RunRequest(result.GetValue(scenario)!, result.GetValue(set) ?? [], result.GetValue(sandbox), result.GetValue(subject), result.GetValue(target)) { Variant = result.GetValue(variant) },
                result.GetValue(output),
                result.GetValue(timeout),
                files,
                result.GetValue(json),
                Terminal.Of(result)));
        });
        return command;
    }

    private static async Task<int> RunAsync(RunRequest request, string? output, string? timeout, ReportFiles files, bool json, Terminal terminal)
    {
        var limit = Timeout(timeout);
        var (plan, sandbox) = await Preparation.PlanAsync(request);

        // Not before: until here an interruption has nothing to give a verdict over, and ends the process and what it started as any other.
        using var interruption = new Interruption();
        using var telemetry = RunTelemetry.TryStart(plan, Console.Error);
        using var session = new RunSession(plan, sandbox, output ?? Paths.Results, Console.Error, telemetry);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
        if (limit is { } after)
        {
            stopping.CancelAfter(after.ToTimeSpan());
        }

        var progress = terminal.Progress(plan, json);
        var run = await session.RunAsync(progress, () => interruption.Came ? "interrupted" : $"the time-out of {limit} was reached", stopping.Token);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(run, ModelJson.Indented.RunDocument));
        }

        ConsoleReport.Write(terminal.ReportTo(json), plan, run, Paths.Shown(session.Folder), terminal.Detail);
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
            : throw CliException.BadInput($"--timeout {text}: takes a duration with a unit, e.g. 30s");
    }
}
