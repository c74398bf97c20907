using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LoadLab.Cli.Tests;

namespace LoadLab.Telemetry.Tests;

/// <summary>Every query of the dashboard, asked of real engines that fetched what the verbs export.</summary>
public sealed partial class DashboardEngineTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly string File = Path.Combine(Launcher.Root, "src", "LoadLab.Telemetry", "Grafana", "loadlab.json");
    private static readonly HttpClient Client = new();

    [SandboxFact]
    public async Task EveryQueryHasAnAnswer()
    {
        string[] installed = [.. new[] { "prometheus", "victoria-metrics" }.Where(name => Engine.Find(name) is not null)];
        Assert.SkipWhen(installed.Length == 0, "needs prometheus or victoria-metrics (Debian's packages)");
        using var folder = new TemporaryFolder();
        int[] ports = [.. Enumerable.Range(0, 6).Select(_ => PrometheusTests.FreePort())];
        var targets = string.Join("", new[] { "serve", "inspect", "swarm", "run", "schedule", "churn" }.Zip(ports, (job, port) =>
            $"  - job_name: {job}\n    static_configs: [{{targets: ['127.0.0.1:{port}']}}]\n"));
        folder.Write("scrape.yml", $"global: {{scrape_interval: 1s, scrape_timeout: 1s}}\nscrape_configs:\n{targets}");
        var started = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var engines = installed.Select(name => Engine.Start(name, folder.Path)).ToList();
        try
        {
            using var serving = ServeProcess.Start([], "--backlog", "4", "--accept", "never", "--prometheus", $":{ports[0]}");
            using var watching = Launcher.Start(null, "inspect", "--watch", "--prometheus", $":{ports[1]}", "--every", "1s");
            using var swarming = Launcher.StartWith(
                Exporting(ports[2]), "swarm", "--target", $"127.0.0.1:{serving.Port}", "--connections", "20", "--connect-timeout", "300ms", "--hold", "8s");

            // One overflows a queue; of one a SYN is retransmitted for seconds; one connects for as long, so that histograms grow from one fetch to the next.
            // Their verdicts are not what is tested here.
            using var schedule = Launcher.StartWith(Exporting(ports[4]), "run", "retransmit/syn-schedule", "--out", Path.Combine(folder.Path, "schedule"));
            using var running = Launcher.StartWith(Exporting(ports[3]), "run", "accept-queue/stall-under-load", "--out", Path.Combine(folder.Path, "run"));
            using var churning = Launcher.StartWith(Exporting(ports[5]), "run", "ephemeral-ports/client-churn",
                "--set", "swarm.rate=60/s", "--set", "swarm.for=8s", "--out", Path.Combine(folder.Path, "churn"));
            try
            {
                Assert.All([OtherProgram.Finish(running), OtherProgram.Finish(schedule), OtherProgram.Finish(churning)],
                    ran => Assert.True(ran.Exit < 2, ran.ToString()));
                _ = OtherProgram.Finish(swarming);
                foreach (var engine in engines)
                {
                    await AnswersAll(engine, started, Queries(), Variables());
                }

                _ = serving.Stop();
            }
            finally
            {
                // Disposing a process does not end it, and the watch ends by itself never.
                foreach (var program in new[] { watching, swarming, schedule, running, churning }.Where(program => !program.HasExited))
                {
                    program.Kill(entireProcessTree: true);
                }
            }
        }
        finally
        {
            engines.ForEach(engine => engine.Dispose());
        }
    }

    // VictoriaMetrics keeps exponential histograms in ranges of its own (vmrange). Not asked for: retransmission delays, whose few values come all at once.
    [SandboxFact]
    public async Task ExponentialConnectDurationsThatAreSentHaveAnAnswer()
    {
        Assert.SkipUnless(Engine.Find("victoria-metrics") is { } program && OtherProgram.Run(program, ["-help"], "/", []).ToString()
                .Contains(Engine.Naming, StringComparison.Ordinal),
            "needs a VictoriaMetrics that takes OTLP, as that of Debian 13 (1.112) does; that of Debian 12 does not");
        using var folder = new TemporaryFolder();
        folder.Write("scrape.yml", "scrape_configs: []\n");
        var started = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var engine = Engine.Start("victoria-metrics", folder.Path, Engine.Naming);
        await engine.Listens();
        var ran = Launcher.Run(Sending(engine), "run", "ephemeral-ports/client-churn", "--set", "swarm.rate=60/s", "--set", "swarm.for=8s",
            "--out", Path.Combine(folder.Path, "churn"));
        Assert.True(ran.Exit < 2, ran.ToString());
        Assert.DoesNotContain("telemetry did not all reach", ran.Error, StringComparison.Ordinal);
        var asked = Queries().Where(query => query.Contains("loadlab_client_connect_duration_seconds_bucket", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, asked.Count);
        await AnswersAll(engine, started, asked);
    }

    private static Dictionary<string, string> Sending(Engine engine) => new()
    {
        ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = $"{engine.Address}/opentelemetry/v1/metrics",
        ["OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"] = "http/protobuf",
        ["OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION"] = "base2_exponential_bucket_histogram",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
    };

    private static Dictionary<string, string> Exporting(int port) => new()
    {
        ["OTEL_METRICS_EXPORTER"] = "prometheus",
        ["OTEL_EXPORTER_PROMETHEUS_HOST"] = "127.0.0.1",
        ["OTEL_EXPORTER_PROMETHEUS_PORT"] = $"{port}",
    };

    // An engine shows what it fetched a little later.
    private static async Task AnswersAll(Engine engine, long started, IEnumerable<string> queries, params IEnumerable<(string Metric, string Label)> variables)
    {
        var questions = queries.Select(query => (Text: query, Path: $"query_range?query={Uri.EscapeDataString(query)}&step=1&start={started}&end="))
            .Concat(variables.Select(one =>
                (Text: one.Metric, Path: $"label/{one.Label}/values?match[]={Uri.EscapeDataString(one.Metric)}&start={started}&end=")))
            .ToList();
        var asked = Stopwatch.StartNew();
        var open = questions;
        while (open.Count > 0 && asked.Elapsed < Deadline)
        {
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var answers = await Task.WhenAll(open.Select(async one => (one, Has: HasFigures(await engine.Ask($"{one.Path}{now}")))));
            open = [.. answers.Where(answer => !answer.Has).Select(answer => answer.one)];
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }

        Assert.True(open.Count == 0, $"{engine.Name} has no answer to: {string.Join("; ", open.Select(one => one.Text))}");
    }

    // Of a range a series with a number; of a label a value.
    private static bool HasFigures(JsonNode answer)
    {
        Assert.True((string?)answer["status"] == "success", answer.ToJsonString());
        return answer["data"] is JsonArray values
            ? values.Count > 0
            : answer["data"]!["result"]!.AsArray().SelectMany(series => series!["values"]!.AsArray())
                .Any(pair => double.IsFinite(double.Parse((string)pair![1]!, NumberStyles.Float, CultureInfo.InvariantCulture)));
    }

    private static IEnumerable<string> Queries() => JsonNode.Parse(System.IO.File.ReadAllText(File))!["panels"]!.AsArray()
        .SelectMany(panel => panel!["targets"]!.AsArray()).Select(target => WithAll((string)target!["expr"]!));

    private static IEnumerable<(string Metric, string Label)> Variables() => JsonNode.Parse(System.IO.File.ReadAllText(File))!["templating"]!["list"]!.AsArray()
        .Select(variable => variable!["definition"]).OfType<JsonNode>().Select(definition => ValuesPattern().Match((string)definition!))
        .Select(match => (WithAll(match.Groups["metric"].Value), match.Groups["label"].Value));

    private static string WithAll(string query) => VariablePattern().Replace(query.Replace("$__rate_interval", "10s", StringComparison.Ordinal), ".*");

    [GeneratedRegex(@"^label_values\((?<metric>.+), (?<label>\w+)\)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ValuesPattern();

    [GeneratedRegex(@"\$(job|instance|listener)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VariablePattern();

    /// <summary>An engine that fetches metrics and keeps them in a folder of the test's.</summary>
    private sealed class Engine : IDisposable
    {
        private readonly Process process;
        private readonly int port;
        private readonly Task<string> log;

        private Engine(string name, string folder, string[] more)
        {
            Name = name;
            port = PrometheusTests.FreePort();
            var data = Path.Combine(folder, name);
            var scrape = Path.Combine(folder, "scrape.yml");
            string[] words =
            [
                .. more,
                .. name == "prometheus"
                    ? (string[])[$"--config.file={scrape}", $"--storage.tsdb.path={data}", $"--web.listen-address=127.0.0.1:{port}"]
                    : [$"-promscrape.config={scrape}", $"-storageDataPath={data}", $"-httpListenAddr=127.0.0.1:{port}", "-search.latencyOffset=0s"],
            ];
            process = Process.Start(new ProcessStartInfo(Find(name)!, words) { RedirectStandardError = true, UseShellExecute = false })!;
            log = process.StandardError.ReadToEndAsync();
        }

        public static string Naming => "-opentelemetry.usePrometheusNaming";

        public string Name { get; }

        public string Address => $"http://127.0.0.1:{port}";

        public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin")
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(System.IO.File.Exists);

        public static Engine Start(string name, string folder, params string[] more) => new(name, folder, more);

        public async Task Listens()
        {
            using var socket = new System.Net.Sockets.TcpClient();
            while (!socket.Connected)
            {
                Assert.False(process.HasExited, Name);
                try
                {
                    await socket.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
                }
                catch (System.Net.Sockets.SocketException)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
                }
            }
        }

        public async Task<JsonNode> Ask(string path)
        {
            Assert.False(process.HasExited, $"{Name} has ended: {(process.HasExited ? await log : "")}");
            using var answer = await Client.GetAsync(new Uri($"{Address}/api/v1/{path}"), TestContext.Current.CancellationToken);
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        }

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
