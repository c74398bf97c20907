using System.Text.RegularExpressions;
using LoadLab.Judging.Diagnoses;
using LoadLab.Model;

namespace LoadLab.Judging.Tests.Diagnoses;

/// <summary>Documentation, alert rules and scenarios say what the rows say.</summary>
public sealed partial class DiagnosisDocumentsTests
{
    [Fact]
    public void ThePageOnDiskIsTheOneThatTheRowsGive()
    {
        var path = Path.Combine(Root(), "docs", "reference", "diagnoses.md");

        // The way to make it again: LOADLAB_WRITE_DOCS=1 dotnet test tests/LoadLab.Judging.Tests
        if (Environment.GetEnvironmentVariable("LOADLAB_WRITE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, DiagnosisReference.Generate());
        }

        Assert.Equal(DiagnosisReference.Generate(), File.ReadAllText(path));
    }

    [Fact]
    public void EveryScenarioThatARowNamesExists() => Assert.All(
        DiagnosisCatalogue.All.Select(row => row.Scenario).OfType<string>().Distinct(), name =>
            Assert.True(File.Exists(Path.Combine(Root(), "scenarios", $"{name}.yaml")), name));

    [Fact]
    public void ARowSaysAllThatAPersonNeeds() => Assert.All(DiagnosisCatalogue.All, row =>
    {
        Assert.False(string.IsNullOrWhiteSpace(row.Title) || row.Title.EndsWith('.') || string.IsNullOrWhiteSpace(row.When)
            || string.IsNullOrWhiteSpace(row.KernelSource), row.Id);
        Assert.True(row.Severity is LoadLab.Model.Severity.Unseen or LoadLab.Model.Severity.Note
            || (row.Means.EndsWith('.') && row.Cure.EndsWith('.')), row.Id);
        Assert.All(row.Explains.Concat(row.Replaces), id => Assert.NotNull(DiagnosisCatalogue.Find(id)));
        Assert.Equal(row.DropPath is null, row.Packets is null);
    });

    [Fact]
    public void EveryIncidentNamesItsDiagnoses()
    {
        var sections = Directory.GetFiles(Path.Combine(Root(), "docs", "how-to", "incidents"), "*.md")
            .SelectMany(page => File.ReadAllText(page).Split("\n## ")[1..]).ToList();
        Assert.NotEmpty(sections);
        Assert.All(sections, section =>
        {
            var ids = Link().Matches(section).Select(match => match.Groups["id"].Value).ToList();
            Assert.True(ids.Count > 0, $"'{section.Split('\n')[0]}' links to no row of reference/diagnoses.md");
            Assert.All(ids, id => Assert.True(DiagnosisCatalogue.Find(id) is not null, $"there is no diagnosis '{id}'"));
        });
    }

    [Fact]
    public void EveryAlertSaysWhatItsRowSays()
    {
        var rules = File.ReadAllText(Path.Combine(Root(), "src", "LoadLab.Telemetry", "Grafana", "alerts.yaml")).Split("      - uid: ")[1..];
        Assert.All(rules, rule =>
        {
            var id = Label().Match(rule).Groups["id"].Value;
            Assert.True(DiagnosisCatalogue.Find(id) is not null, $"{rule.Split('\n')[0]} has no label 'diagnosis' that is a row of the catalogue");
            var row = DiagnosisCatalogue.Find(id)!;
            Assert.Contains($"annotations: {{summary: \"{row.Title}: see {row.Scenario}\"}}", rule, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void AnInspectionReadsEveryCounterAndSysctlThatARowAsksFor()
    {
        HashSet<Counter> counters = [];
        HashSet<string> sysctls = [];
        var facts = new Facts
        {
            Counter = counter =>
            {
                _ = counters.Add(counter);
                return 1ul;
            },
            Sysctl = name =>
            {
                _ = sysctls.Add(name);
                return "1";
            },
            Destinations = [new DestinationView("127.0.0.1", "127.0.0.1:80", 1, 1)],
            Listeners = [new ListenerFacts("", 5, 5, 4, 0, 1, 1, 4)],
            Accept = new AcceptFacts(1, 5, null, 1, null),
        };
        facts = facts with { Drops = DropFacts.Of(facts.Counter, new DropWitnesses()) };
        _ = DiagnosisCatalogue.Of(facts);
        _ = DiagnosisCatalogue.Of(facts with { Accept = null });

        // That one is the whole machine's since boot: a network namespace that is inspected must not be blamed for it. The other is asked beside it only.
        Assert.Empty(counters.Except(DiagnosisInputs.Counters).Except([Counter.SoftnetDropped, Counter.RetransSegs]));
        Assert.Empty(sysctls.Except(DiagnosisInputs.Sysctls));
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "LoadLab.sln")))
        {
            directory = directory.Parent!;
        }

        return directory.FullName;
    }

    [GeneratedRegex(@"reference/diagnoses\.md#(?<id>[a-z0-9-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"diagnosis: (?<id>[a-z0-9-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();
}
