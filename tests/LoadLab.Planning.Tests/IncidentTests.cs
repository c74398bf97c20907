using System.Text.RegularExpressions;
using LoadLab.Scenarios;

namespace LoadLab.Planning.Tests;

/// <summary>docs/how-to/incidents: what they tell people to run can be run, and the table links to each of them.</summary>
public sealed partial class IncidentTests
{
    private const int Patience = 1000;
    private static readonly string Root = Path.GetDirectoryName(Given.ScenarioRoot)!;
    private static readonly string Table = File.ReadAllText(Path.Combine(Root, "docs/how-to/incidents.md"));
    private static readonly string[] Pages = Directory.GetFiles(Path.Combine(Root, "docs/how-to/incidents"), "*.md");
    private static readonly string[] Verbs = ["run", "plan"];
    private static readonly string[] WithValue = ["--set", "--sandbox", "--subject", "--target"];

    public static TheoryData<string> Commands =>
        [.. Pages.SelectMany(page => Command().Matches(File.ReadAllText(page))).Select(match => match.Value).Distinct()];

    [Fact]
    public void ThereAreCommands() => Assert.True(Commands.Count >= 10, $"{Commands.Count}");

    [Theory]
    [MemberData(nameof(Commands))]
    public void EveryCommandNamesAScenarioAndSettingsThatItHas(string command)
    {
        var words = Word().Matches(command).Select(match => match.Value.Trim('\'')).ToArray();
        Assert.Contains(words[0], Verbs);
        var options = words[2..].Chunk(2).ToArray();
        Assert.All(options, option => Assert.True(option.Length == 2 && WithValue.Contains(option[0]), string.Join(' ', option)));
        var settings = options.Select(option => option[0] switch
        {
            "--set" => option[1],
            "--sandbox" => $"sandbox={option[1]}",
            "--subject" => $"subject.command={option[1]}",
            _ => $"subject.target={option[1]}",
        }).Select(text => ScenarioFile.TryParseSetting(text, out var setting) ? setting : throw new InvalidDataException(text)).ToList();
        var reference = new ScenarioCatalog(Given.ScenarioRoot).Resolve(words[1]);
        Assert.True(reference.Value is not null, string.Join('\n', reference.Errors));
        var declared = ScenarioFile.Load(reference.Value!.Path, reference.Value.Name, settings);
        Assert.True(declared.Value is not null, string.Join('\n', declared.Errors));
    }

    [Fact]
    public void TheTableLinksToEveryIncident() => Assert.Equal(
        Pages.SelectMany(page => Heading().Matches(File.ReadAllText(page)).Select(match => $"incidents/{Path.GetFileName(page)}#{Place(match.Value)}"))
            .Order(StringComparer.Ordinal),
        Link().Matches(Table).Select(match => match.Value).Order(StringComparer.Ordinal));

    private static string Place(string heading) => Mark().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"(?<=^    loadlab ).+$", RegexOptions.Multiline, Patience)]
    private static partial Regex Command();

    [GeneratedRegex(@"'[^']*'|[^\s']+", RegexOptions.None, Patience)]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<=^## ).+$", RegexOptions.Multiline, Patience)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w -]", RegexOptions.None, Patience)]
    private static partial Regex Mark();

    [GeneratedRegex(@"(?<=\]\()incidents/[^)]+(?=\))", RegexOptions.None, Patience)]
    private static partial Regex Link();
}
