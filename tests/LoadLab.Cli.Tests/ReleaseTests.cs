using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace LoadLab.Cli.Tests;

/// <summary>What a release is made by: the bill of materials, and the workflow.</summary>
public sealed partial class ReleaseTests
{
    private const int NoFeed = 4;

    [PackageFact]
    public void TheBillOfMaterialsHasThePackagesAndLicencesOfTheNotices()
    {
        Assert.SkipUnless(Host.Has("jq"), "needs jq");
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "bom.json");
        var called = OtherProgram.Run("sh", [Path.Combine(Launcher.Root, "packaging", "sbom.sh"), file], Launcher.Root, []);
        Assert.SkipWhen(called.Exit == NoFeed, "needs a NuGet feed with the tool CycloneDX");
        Assert.True(called.Exit == 0, called.ToString());
        var bill = JsonNode.Parse(File.ReadAllText(file))!;
        Assert.Equal(("CycloneDX", "LoadLab"), ((string?)bill["bomFormat"], (string?)bill["metadata"]!["component"]!["name"]));
        var components = bill["components"]!.AsArray().Select(one => one!).ToList();
        Assert.Single(components, one => (string?)one["name"] == ".NET runtime");

        // The notices are compared with what the package ships (ToolPackageTests).
        var notices = Notice().Matches(File.ReadAllText(Path.Combine(Launcher.Root, "THIRD-PARTY-NOTICES.txt")))
            .Select(match => $"{match.Groups["package"].Value} {match.Groups["licence"].Value}");
        Assert.Equal(
            notices.Order(StringComparer.Ordinal),
            components.Where(one => (string?)one["type"] == "library")
                .Select(one => $"{one["name"]} {one["version"]} {one["licenses"]!.AsArray().Single()!["license"]!["id"]}").Order(StringComparer.Ordinal));

        // Each component is reached from the program.
        var edges = bill["dependencies"]!.AsArray()
            .ToDictionary(one => (string)one!["ref"]!, one => one!["dependsOn"]?.AsArray().Select(to => (string)to!).ToList() ?? []);
        var reached = new HashSet<string>();
        var next = new Stack<string>([(string)bill["metadata"]!["component"]!["bom-ref"]!]);
        while (next.TryPop(out var one))
        {
            foreach (var to in edges.GetValueOrDefault(one, []).Where(reached.Add))
            {
                next.Push(to);
            }
        }

        Assert.Empty(components.Select(one => (string)one["bom-ref"]!).Except(reached));
    }

    [Fact]
    public void TheWorkflowStartsByAVersionsTagAndCallsScriptsThatAreThere()
    {
        var yaml = new YamlStream();
        using var text = new StreamReader(Path.Combine(Launcher.Root, ".github", "workflows", "release.yml"));
        yaml.Load(text);
        var workflow = yaml.Documents[0].RootNode;
        Assert.Equal(["v*"], ((YamlSequenceNode)workflow["on"]["push"]["tags"]).Select(tag => (string)tag!));
        Assert.Equal("write", (string?)workflow["permissions"]["contents"]);
        var commands = ((YamlSequenceNode)workflow["jobs"]["release"]["steps"]).Cast<YamlMappingNode>()
            .Where(step => step.Children.ContainsKey("run")).Select(step => (string)step["run"]!).ToList();
        var scripts = commands.SelectMany(command => Script().Matches(command)).Select(match => match.Value).ToList();
        Assert.Equal(["packaging/release.sh"], scripts);
        scripts.AddRange(Script().Matches(File.ReadAllText(Path.Combine(Launcher.Root, scripts[0]))).Select(match => match.Value));
        Assert.All(scripts, script =>
            Assert.True(File.GetUnixFileMode(Path.Combine(Launcher.Root, script)).HasFlag(UnixFileMode.UserExecute), $"{script} cannot be run"));

        // An expression of GitHub in a script's text would be executed.
        Assert.All(commands, command => Assert.DoesNotContain("${{", command, StringComparison.Ordinal));
    }

    [PackageTheory]
    [InlineData("v999.0.0", "release.sh: the tag is v999.0.0, and the sources are of version ")]
    public void ATagOfAnotherVersionMakesNothing(string tag, string sentence)
    {
        using var folder = new TemporaryFolder();
        var output = Path.Combine(folder.Path, "out");
        var called = OtherProgram.Run("sh", [Path.Combine(Launcher.Root, "packaging", "release.sh"), output], Launcher.Root, new() { ["TAG"] = tag });
        Assert.Equal(2, called.Exit);
        Assert.StartsWith(sentence, called.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(output));
    }

    [GeneratedRegex(@"^(?<package>[A-Za-z.]+ [0-9][^ \n]*)\n    (?<licence>[^;\n]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Notice();

    [GeneratedRegex(@"packaging/[a-z]+\.sh", RegexOptions.None, 1000)]
    private static partial Regex Script();
}
