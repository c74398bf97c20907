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
        var (sandbox, kernel) = (CommonOptions.Sandbox(), CommonOptions.Kernel());
        var subject = CommonOptions.Subject();
        var target = CommonOptions.Target();
        var json = CommonOptions.Json("the plan");
        var command = new Verb(
            "plan",
            "Shows what a scenario would do on this host and what is predicted, without running it (a subject is started briefly to find its backlog)",
            [
                "loadlab plan accept-queue/backlog-overflow",
                "loadlab plan my.yaml --set server.backlog=100 --json",
            ]) { scenario, set, variant, sandbox, kernel, subject, target, json, CommonOptions.Verbose };
        command.SetAction(async (result, cancellation) =>
        {
            var settings = result.GetValue(set) ?? [];
            var request = new RunRequest(result.GetValue(scenario)!, settings, result.GetValue(sandbox), result.GetValue(subject), result.GetValue(target))
            {
                Variant = result.GetValue(variant),
                Kernel = result.GetValue(kernel),
            };
            var (plan, _) = await Preparation.PlanAsync(request, cancellation: cancellation);
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
