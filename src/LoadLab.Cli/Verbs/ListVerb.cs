using System.CommandLine;
using System.Text.Json.Nodes;
using LoadLab.Planning;

namespace LoadLab.Cli;

/// <summary><c>loadlab list</c>: one line for each scenario.</summary>
internal static class ListVerb
{
    public static Command Create()
    {
        var json = CommonOptions.Json("the list");
        var command = new Command("list", "Lists the scenarios: what each claims, how long it takes, what it needs") { json };
        command.SetAction(result =>
        {
            var scenarios = new ScenarioCatalog(Places.Scenarios).List();
            if (result.GetValue(json))
            {
                Console.Out.WriteLine(new JsonArray([.. scenarios.Select(Entry)]).ToJsonString());
            }
            else
            {
                foreach (var scenario in scenarios)
                {
                    Console.Out.WriteLine($"{scenario.Name,-40} {scenario.Lasts.Seconds,4:0} s  {(scenario.Errors.IsEmpty ? scenario.Claim : string.Join("; ", scenario.Errors))}  [{scenario.Needs}]");
                }
            }

            return scenarios.All(scenario => scenario.Errors.IsEmpty) ? ExitStatus.Held : ExitStatus.BadInput;
        });
        return command;
    }

    private static JsonNode Entry(ScenarioSummary scenario) => new JsonObject
    {
        ["name"] = scenario.Name,
        ["claim"] = scenario.Claim,
        ["lasts_s"] = scenario.Lasts.Seconds,
        ["needs"] = scenario.Needs,
        ["errors"] = new JsonArray([.. scenario.Errors.Select(error => (JsonNode)error.ToString())]),
    };
}
