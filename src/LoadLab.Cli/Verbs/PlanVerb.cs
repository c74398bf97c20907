using System.CommandLine;
using System.Text.Json;
using LoadLab.Model;
using LoadLab.Reporting;

namespace LoadLab.Cli;

/// <summary><c>loadlab plan NAME|FILE</c>: stops before the run.</summary>
internal static class PlanVerb
{
    public static Command Create()
    {
        var scenario = CommonOptions.Scenario();
        var set = CommonOptions.Set();
        var sandbox = CommonOptions.Sandbox();
        var subject = CommonOptions.Subject();
        var target = CommonOptions.Target();
        var json = CommonOptions.Json("the plan");
        var command = new Command("plan", "Says what a scenario would do on this host, and what the kernel's rules predict, without running it; a subject is started for a moment, to find its backlog") { scenario, set, sandbox, subject, target, json };
        command.SetAction(result =>
        {
            var (plan, _) = Preparation.Plan(new RunRequest(result.GetValue(scenario)!, result.GetValue(set) ?? [], result.GetValue(sandbox), result.GetValue(subject), result.GetValue(target)));
            if (result.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(plan, ModelJson.Indented.Plan));
                return ExitStatus.Held;
            }

            PlanReport.Write(CommonOptions.ReportTo(json: false), plan);
            return ExitStatus.Held;
        });
        return command;
    }
}
