using System.CommandLine;
using System.Text.Json;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary><c>loadlab plan NAME|FILE</c>: stops before the run.</summary>
internal static class PlanVerb
{
    public static Command Create()
    {
        var scenario = CommonOptions.Scenario();
        var set = CommonOptions.Set();
        var variant = CommonOptions.Variant();
        var sandbox = CommonOptions.Sandbox();
        var subject = CommonOptions.Subject();
        var target = CommonOptions.Target();
        var json = CommonOptions.Json("the plan");
        var command = new Verb(
            "plan",
            "Shows what a scenario would do on this host and what is predicted, without running it (a subject is started briefly to find its backlog)",
            [
                "loadlab plan accept-queue/backlog-overflow",
                "loadlab plan my.yaml --set server.backlog=100 --json",
            ]) { scenario, set, variant, sandbox, subject, target, json, CommonOptions.Verbose };
        command.SetAction(async (result, cancellation) =>
        {
            var (plan, _) = await Preparation.PlanAsync(new RunRequest(result.GetValue(scenario)!, result.GetValue(set) ?? [], result.GetValue(sandbox), result.GetValue(subject), result.GetValue(target)) { Variant = result.GetValue(variant) }, cancellation: cancellation);
            if (result.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(plan, ModelJson.Indented.Plan));
                return ExitStatus.Held;
            }

            var terminal = Terminal.Of(result);
            PlanReport.Write(terminal.ReportTo(json: false), plan, terminal.Detail > ReportDetail.Brief);
            return ExitStatus.Held;
        });
        return command;
    }
}
