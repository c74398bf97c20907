using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LoadLab.Model;

namespace LoadLab.Scenarios.Tests.Settings;

/// <summary>A setting is complete: a row is a key of scenario files, has an effect, is read by something and is documented; a key is a row.</summary>
public sealed class SettingCatalogueTests
{
    private const string Folder = "src/LoadLab.Model/Settings";

    /// <summary>Keys of a scenario that are no settings: what is claimed, what happens, and what is expected.</summary>
    private static readonly string[] NotSettings = ["title", "claim", "about", "nuance", "kernel-source", "phases", "session", "variants", "expect"];

    private static readonly string[] Sections = ["limits", "limits.server", "limits.swarm", "server", "subject", "swarm", "peer"];

    /// <summary>Texts, one of which every setting takes and none of which is its default.</summary>
    private static readonly string[] Samples =
    [
        "17", "true", "false", "30s", "90s", "7/s", "paced 5/s", "shed", "60s 10s 6",
        "127.0.0.9", "198.18.0.9", "127.0.0.1:8080", "20000-20099", "sleep 1",
        .. EnumWords<SandboxKind>.All, .. EnumWords<Preflight>.All, .. EnumWords<CapabilitySet>.All, .. EnumWords<ConnectionBehaviour>.All,
        .. EnumWords<SubjectReadiness>.All, .. EnumWords<LoadShape>.All, .. EnumWords<ClientEnd>.All, .. EnumWords<BindWay>.All,
        .. EnumWords<PortStrategy>.All,
    ];

    private static readonly Scenario Plain = new() { Name = "x", Path = "x", Claim = "x" };

    /// <summary>All but those that take one word only: nothing can be changed by them.</summary>
    public static TheoryData<string> Names => [.. Model.Settings.All.Where(row => row.WordsTaken is not { Count: 1 }).Select(row => row.Name)];

    [Fact]
    public void NamesAreThereOnce() => Assert.Equal(Model.Settings.All.Count, Model.Settings.All.Select(row => row.Name).Distinct().Count());

    [Fact]
    public void EveryKeyOfAScenarioHasARow()
    {
        string[] known = [.. Model.Settings.All.Select(row => row.Name), .. Sections, .. NotSettings, ScenarioSettings.Sysctl];
        var missing = SchemaKeys().Except(known).Select(key => $"{key} is a key of scenario files, but has no row in {Folder}");
        Assert.Empty(missing);
    }

    [Fact]
    public void EveryRowIsAKeyOfAScenario()
    {
        var keys = SchemaKeys().ToHashSet();
        Assert.Empty(Model.Settings.All.Where(row => !keys.Contains(row.Name))
            .Select(row => $"{row.Name} has a row, but no table in src/LoadLab.Scenarios/Keys reads it, so scenario.schema.json does not have it"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void FileAndSetOptionReadTheRow(string name)
    {
        var row = Model.Settings.All.Single(one => one.Name == name);
        var (text, expected) = Changed(row);
        var declared = ScenarioFile.Parse("x.yaml", "x",
            "claim: x\n" + (IsOfSubject(name) ? "subject: {command: old, target: 127.0.0.1:1}\n" : "") + Companion(name, text), [(name, text)]);
        Assert.Empty(declared.Errors);
        var read = declared.Value!.Base;
        Assert.True(row.Shown(read) == row.Shown(expected with { Swarm = expected.Swarm with { Shape = read.Swarm.Shape } }),
            $"--set {name}={text} does not do what the row of {name} does");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SomethingReadsWhatTheRowSets(string name)
    {
        var row = Model.Settings.All.Single(one => one.Name == name);
        var property = Assert.Single(ChangedProperties(Before(row), Changed(row).Scenario).DistinctBy(one => one.Name).Take(1));
        var use = new Regex($@"[.{{ ]{property.Name}\b", RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.True(
            Sources.Any(source => use.IsMatch(source)),
            $"{name} sets {property.DeclaringType!.Name}.{property.Name}, but nothing outside {Folder} reads it");
    }

    [Fact]
    public void EveryRowIsAnOptionOrSaysWhyNot() =>
        Assert.Empty(Model.Settings.All.Where(row => row.Verb is null == row.WhyNoOption is null)
            .Select(row => $"{row.Name} is neither an option of serve or swarm, nor does its row say why not"));

    [Theory]
    [InlineData("server.backlg", "'server.backlog', ")]
    [InlineData("backlog", "'server.backlog', ")]
    [InlineData("swarm.conections", "'swarm.connections', ")]
    [InlineData("limits.server.nofil", "'limits.server.nofile', ")]
    [InlineData("nofile", "'limits.s")]
    public void UnknownSettingIsAnsweredByTheThreeNearest(string name, string nearest)
    {
        var error = Assert.Single(Given.Errors("claim: x\n", (name, "7")));
        Assert.Contains($"did you mean {nearest}", error.Text, StringComparison.Ordinal);
        Assert.Equal(3, error.Text[error.Text.IndexOf("did you mean", StringComparison.Ordinal)..].Count(c => c == '\'') / 2);
    }

    [Fact]
    public void PhaseTakesWhatItsSettingTakes()
    {
        Assert.Contains(ServerSettings.Backlog.Words, Assert.Single(Given.Errors("claim: x\nphases: [{listen: -2}]\n")).Text, StringComparison.Ordinal);
        Assert.Contains(ServerSettings.Accept.Words, Assert.Single(Given.Errors("claim: x\nphases: [{accept: often}]\n")).Text, StringComparison.Ordinal);
    }

    // Some shapes need what they are about.
    private static string Companion(string name, string text) => name switch
    {
        "swarm.rate" or "swarm.for" => "swarm: {shape: rate}\n",
        "swarm.to" => "swarm: {shape: ramp, to: 9/s}\n",
        "swarm.shape" when text == "ramp" => "swarm: {to: 9/s}\n",
        _ => "",
    };

    private static Scenario Before(Setting row) => IsOfSubject(row.Name) ? Plain with { Subject = new SubjectSpec() } : Plain;

    private static bool IsOfSubject(string name) => name.StartsWith("subject.", StringComparison.Ordinal);

    private static (string Text, Scenario Scenario) Changed(Setting row)
    {
        foreach (var text in Samples.Where(text => row.Name != "subject.command" || text == "sleep 1"))
        {
            if (row.With(Before(row), text) is { } changed && ChangedProperties(Before(row), changed).Any())
            {
                return (text, changed);
            }
        }

        Assert.Fail($"{row.Name} takes {row.Words}: the tests have no such text in their samples, or the row's setter changes nothing");
        return default;
    }

    private static IEnumerable<PropertyInfo> ChangedProperties(object before, object after)
    {
        foreach (var property in before.GetType().GetProperties().Where(one => one.CanWrite && one.GetIndexParameters().Length == 0))
        {
            var (old, changed) = (property.GetValue(before), property.GetValue(after));
            if (old is ServerSpec or SwarmSpec or SubjectSpec or PeerSpec)
            {
                foreach (var inner in ChangedProperties(old, changed!))
                {
                    yield return inner;
                }
            }
            else if (!Equals(old, changed))
            {
                yield return property;
            }
        }
    }

    private static IEnumerable<string> SchemaKeys()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Given.ScenarioRoot, "scenario.schema.json")))!;
        return Below(schema, "");

        static IEnumerable<string> Below(JsonNode node, string prefix) => ((JsonObject)node["properties"]!).SelectMany(pair =>
            new[] { prefix + pair.Key }.Concat(Sections.Contains(prefix + pair.Key) ? Below(pair.Value!, $"{prefix}{pair.Key}.") : []));
    }

    private static string[] Sources { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Given.Repository, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/LoadLab.Model/", StringComparison.Ordinal)
                && !file.Contains("/LoadLab.Scenarios/", StringComparison.Ordinal))
            .Select(File.ReadAllText),
    ];
}
