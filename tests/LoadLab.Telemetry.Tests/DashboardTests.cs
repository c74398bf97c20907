using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using LoadLab.Cli.Tests;

namespace LoadLab.Telemetry.Tests;

/// <summary>
/// What Grafana is given asks for metrics and labels that there are: by their names in Prometheus, which writes dots as underscores, seconds as
/// _seconds and counters with _total.
/// </summary>
[Collection(nameof(LoadLabInstruments))]
public sealed partial class DashboardTests
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(Launcher.Path)!, "src", "LoadLab.Telemetry", "Grafana");

    public static TheoryData<string> Questions() => [.. Dashboard(), .. Alerts()];

    [Theory]
    [MemberData(nameof(Questions))]
    public void EveryQuestionIsAboutAnInstrument(string expression)
    {
        var metrics = NamePattern().Matches(GroupPattern().Replace(expression, "")).Select(match => BucketPattern().Replace(match.Value, "")).ToList();
        Assert.NotEmpty(metrics);
        Assert.All(metrics, name => Assert.Contains(name, Known()));
        var labels = GroupPattern().Matches(expression).SelectMany(group => LabelPattern().Matches(group.Value)).Select(match => match.Value);
        Assert.All(labels, label => Assert.Contains(label, Labels));
    }

    [Fact]
    public void TheDashboardShowsEachLimit()
    {
        var all = string.Join('\n', Dashboard());
        Assert.All(
            (string[])["loadlab_syscall_failures_total", "loadlab_server_accept_queue_limit", "loadlab_tcp_retransmit_delay_seconds",
                "loadlab_client_port_limit", "loadlab_process_file_descriptor_limit"],
            name => Assert.Contains(name, all, StringComparison.Ordinal));
        Assert.True(Alerts().Count() >= 3);
    }

    [Fact]
    public void TheDashboardFitsAnyDataSource()
    {
        var text = File.ReadAllText(Path.Combine(Folder, "loadlab.json"));
        using var document = JsonDocument.Parse(text);
        var variables = document.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray().Select(one => one.GetProperty("name").GetString()!);
        Assert.Equal(["datasource", "job", "instance", "listener"], variables);
        Assert.All(SourcePattern().Matches(text), match => Assert.Equal("${datasource}", match.Groups["uid"].Value));
        Assert.All(Dashboard(), expression => Assert.Contains("job=~\"$job\",instance=~\"$instance\"", expression, StringComparison.Ordinal));
    }

    [Fact]
    public void TheAlertsTakeTheirDataSourceFromTheEnvironment()
    {
        var sources = UidPattern().Matches(File.ReadAllText(Path.Combine(Folder, "alerts.yaml"))).Select(match => match.Groups["uid"].Value).ToList();
        Assert.Equal(Alerts().Count(), sources.Count(uid => uid == "$LOADLAB_DATASOURCE_UID"));
        Assert.All(sources, uid => Assert.True(uid is "$LOADLAB_DATASOURCE_UID" or "__expr__", uid));
        var root = Path.GetDirectoryName(Launcher.Path)!;
        Assert.Contains("LOADLAB_DATASOURCE_UID:", File.ReadAllText(Path.Combine(root, "docker-compose.yml")), StringComparison.Ordinal);
    }

    private static HashSet<string> Labels { get; } = [.. typeof(AttributeNames).GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
        .Where(field => field.IsLiteral).Select(field => Written((string)field.GetRawConstantValue()!))];

    private static IEnumerable<string> Dashboard()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "loadlab.json")));
        return [.. document.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!)];
    }

    private static IEnumerable<string> Alerts() => ExpressionPattern().Matches(File.ReadAllText(Path.Combine(Folder, "alerts.yaml")))
        .Select(match => match.Groups["expression"].Value);

    private static HashSet<string> Known()
    {
        var names = new HashSet<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == TelemetryNames.Scope)
                {
                    names.Add(Written(instrument.Name) + (instrument.Unit == "s" ? "_seconds" : "") + (instrument.GetType()
                        .GetGenericTypeDefinition() == typeof(Counter<>) ? "_total" : ""));
                }
            },
        };
        listener.Start();
        using var instruments = new LoadLabInstruments();
        return names;
    }

    private static string Written(string name) => name.Replace('.', '_');

    [GeneratedRegex(@"\b(loadlab|process|system)_[a-z_]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex("_bucket$", RegexOptions.None, 1000)]
    private static partial Regex BucketPattern();

    [GeneratedRegex(@"by \([^)]*\)|\{[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex GroupPattern();

    [GeneratedRegex(@"[a-z]+(_[a-z]+)+(?=[ ,)=!}])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"""type"": ""prometheus"",\s+""uid"": ""(?<uid>[^""]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SourcePattern();

    [GeneratedRegex(@"datasourceUid: (?<uid>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UidPattern();

    [GeneratedRegex("expr: '(?<expression>[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ExpressionPattern();
}
