using System.Text.RegularExpressions;
using System.Xml.Linq;
using YamlDotNet.RepresentationModel;

namespace LoadLab.Cli.Tests;

/// <summary>The GitHub Action: action.yml, and its script as a job of GitHub runs it.</summary>
public sealed partial class ActionTests : IDisposable
{
    private static readonly string Script = Path.Combine(Launcher.Root, "packaging", "action.sh");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SandboxTheory]
    [InlineData(2, "held", 0)]
    [InlineData(3, "broken", 1)]
    public void TheSummaryTheOutputsAndTheExitStatusAreThoseOfTheRun(int predicted, string verdict, int status)
    {
        var scenario = folder.Write("two words.yaml", $$"""
            claim: A backlog of 1 takes two connections.
            server: {backlog: 1, accept: never}
            swarm: {connections: 4}
            hold: 200ms
            expect:
              - {id: connected, claim: Two clients connect., predicted: {{predicted}}, witnesses: [clients.established]}
            """);

        // A run beside others may be inconclusive: it is asked again, into another folder.
        var (results, left) = ("my results", 2);
        var (called, outputs, summary) = RunInto(results);
        while (called.Exit == 3 && left-- > 0)
        {
            results += " again";
            (called, outputs, summary) = RunInto(results);
        }

        Assert.True(called.Exit == status, called.ToString());
        Assert.Equal((verdict, $"{status}"), (outputs["verdict"], outputs["exit-status"]));
        Assert.StartsWith("### ", summary, StringComparison.Ordinal);
        Assert.Contains($"two words.yaml: {verdict}", summary, StringComparison.Ordinal);
        Assert.Equal(Path.Combine(folder.Path, results), outputs["results"]);
        Assert.True(File.Exists(Path.Combine(Assert.Single(Directory.GetDirectories(outputs["results"])), "report.html")));
        var suite = Assert.Single(XDocument.Load(outputs["junit"]).Root!.Elements("testsuite"));
        Assert.Equal(verdict == "broken", (int)suite.Attribute("failures")! > 0);

        (Called, Dictionary<string, string>, string) RunInto(string into) =>
            Run(("SCENARIOS", $"'{scenario}'"), ("ARGS", "--quiet"), ("PATH", Launcher.Path), ("RESULTS", into));
    }

    [Fact]
    public void WhatIsNotRunIsInTheSummaryAndCannotExecuteAnything()
    {
        var (called, outputs, summary) = Run(("SCENARIOS", "limits/soma $(touch made) `touch made`"), ("PATH", Launcher.Path));
        Assert.True(called.Exit == 2, called.ToString());
        Assert.Equal(("refused", "2", ""), (outputs["verdict"], outputs["exit-status"], outputs["junit"]));
        Assert.StartsWith("### LoadLab: refused (exit status 2)\n\n    loadlab: ", summary, StringComparison.Ordinal);
        Assert.Contains("there is no scenario", summary, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, "made")));
    }

    [Theory]
    [InlineData("input 'scenarios' is empty", "", "", "")]
    [InlineData("input 'scenarios' has a quote that does not end", "limits/'soma", "", "")]
    [InlineData("input 'scenarios' has the option '--json'", "limits/somaxconn --json", "", "")]
    [InlineData("input 'args' has '--out'", "limits/somaxconn", "--out x", "")]
    [InlineData("input 'path': 'nowhere' is not a program", "limits/somaxconn", "", "nowhere")]
    public void ABadInputIsASentence(string sentence, string scenarios, string args, string path)
    {
        var (called, outputs, _) = Run(("SCENARIOS", scenarios), ("ARGS", args), ("PATH", path));
        Assert.True(called.Exit == 2, called.ToString());
        Assert.StartsWith($"loadlab action: {sentence}", called.Error, StringComparison.Ordinal);
        Assert.Empty(outputs);
    }

    [Fact]
    public void ActionYmlHasEveryInputThatTheScriptReadsAndEveryOutputThatItWrites()
    {
        var yaml = new YamlStream();
        using var text = new StreamReader(Path.Combine(Launcher.Root, "action.yml"));
        yaml.Load(text);
        var action = (YamlMappingNode)yaml.Documents[0].RootNode;
        var script = File.ReadAllText(Script);
        var read = Input().Matches(script).Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal).ToList();
        var inputs = Names(action["inputs"]);
        Assert.Equal(inputs.Select(name => name.ToUpperInvariant()).Order(StringComparer.Ordinal), read);
        var step = Assert.Single((YamlSequenceNode)action["runs"]["steps"]);
        Assert.Equal("composite", (string?)action["runs"]["using"]);
        Assert.Equal("bash", (string?)step["shell"]);
        Assert.All(inputs, name => Assert.Equal($"${{{{ inputs.{name} }}}}", (string?)step["env"][$"INPUT_{name.ToUpperInvariant()}"]));

        // An input in the text of a script would be executed.
        Assert.Equal("\"$GITHUB_ACTION_PATH/packaging/action.sh\"", (string?)step["run"]);
        var outputs = Names(action["outputs"]);
        Assert.All(outputs, name => Assert.Equal($"${{{{ steps.{step["id"]}.outputs.{name} }}}}", (string?)action["outputs"][name]["value"]));
        Assert.Equal(outputs.Order(StringComparer.Ordinal), Run(("SCENARIOS", "no-such"), ("PATH", Launcher.Path)).Outputs.Keys.Order(StringComparer.Ordinal));
    }

    private static List<string> Names(YamlNode mapping) => [.. ((YamlMappingNode)mapping).Children.Keys.Select(key => (string)key!)];

    private (Called Called, Dictionary<string, string> Outputs, string Summary) Run(params (string Name, string Value)[] inputs)
    {
        var environment = inputs.ToDictionary(input => $"INPUT_{input.Name}", input => input.Value);
        environment["GITHUB_STEP_SUMMARY"] = folder.Write("summary", "");
        environment["GITHUB_OUTPUT"] = folder.Write("output", "");
        var called = OtherProgram.Run("bash", [Script], folder.Path, environment);
        var outputs = File.ReadAllLines(environment["GITHUB_OUTPUT"]).Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        return (called, outputs, File.ReadAllText(environment["GITHUB_STEP_SUMMARY"]));
    }

    [GeneratedRegex(@"INPUT_(?<name>[A-Z]+)(:?-)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Input();
}
