using System.CommandLine;
using System.Text.Json.Nodes;
using LoadLab.Planning;
using LoadLab.Reporting;
using LoadLab.Runs;
using LoadLab.Scenarios;

namespace LoadLab.Cli;

/// <summary><c>loadlab list</c>: a short line for each scenario, grouped by limit; whole with <c>-v</c>.</summary>
internal static class ListVerb
{
    public static Command Create()
    {
        var json = CommonOptions.Json("the list");
        var whole = new Option<bool>("--verbose", "-v") { Description = "Shows the whole claim, how long each scenario takes and what it needs" };
        var command = new Verb("list", "Lists the scenarios, grouped by the limit that they are about", ["loadlab list", "loadlab list -v"]) { whole, json };
        command.SetAction(result =>
        {
            ScenarioSummary[] scenarios = [.. new ScenarioCatalog(Paths.Scenarios).All.Select(ScenarioSummary.Of)];
            if (result.GetValue(json))
            {
                Console.Out.WriteLine(new JsonArray([.. scenarios.Select(Entry)]).ToJsonString());
            }
            else if (result.GetValue(whole))
            {
                foreach (var scenario in scenarios)
                {
                    Console.Out.WriteLine($"{scenario.Name,-40} {scenario.Lasts.Seconds,4:0} s  {ClaimOrErrors(scenario)}  [{scenario.Needs}]");
                }
            }
            else
            {
                ListReport.Write(Terminal.Of(result).ReportTo(json: false), scenarios.Select(scenario => (scenario.Name, Line(scenario))));
            }

            return Array.TrueForAll(scenarios, scenario => scenario.Errors.IsEmpty) ? ExitStatus.Held : ExitStatus.BadInput;
        });
        return command;
    }

    private static string Line(ScenarioSummary scenario) => scenario.Title.Length > 0 ? scenario.Title : ClaimOrErrors(scenario);

    private static string ClaimOrErrors(ScenarioSummary scenario) => scenario.Errors.IsEmpty ? scenario.Claim : string.Join("; ", scenario.Errors);

    private static JsonNode Entry(ScenarioSummary scenario) => new JsonObject
    {
        ["name"] = scenario.Name,
        ["title"] = scenario.Title,
        ["claim"] = scenario.Claim,
        ["lasts_s"] = scenario.Lasts.Seconds,
        ["needs"] = scenario.Needs,
        ["errors"] = new JsonArray([.. scenario.Errors.Select(error => (JsonNode)error.ToString())]),
    };
}
