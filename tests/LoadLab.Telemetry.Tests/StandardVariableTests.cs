using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LoadLab.Cli.Tests;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace LoadLab.Telemetry.Tests;

/// <summary>The OTEL_* variables that the SDK documents, each by what a receiver gets.</summary>
public sealed class StandardVariableTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Caller = "b7ad6b7169203331";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task EverySignalNamesTheMachineTheProcessAndTheScope()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var serving = ServeProcess.Start(receiver.Environment("http/protobuf"));
        var words = serving.Stop();

        var resources = receiver.Metrics.SelectMany(one => one.ResourceMetrics).Select(one => one.Resource)
            .Concat(receiver.Traces.SelectMany(one => one.ResourceSpans).Select(one => one.Resource))
            .Concat(receiver.Logs.SelectMany(one => one.ResourceLogs).Select(one => one.Resource)).Select(one => ReceivedMetrics.Read(one.Attributes)).ToList();
        Assert.True(resources.Count >= 3, words);
        Assert.All(resources, one => Assert.Equal(
            (Environment.MachineName, "linux", File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), $"{serving.Pid}", "loadlab"),
            (one["host.name"], one["os.type"], one["os.version"], one["process.pid"], one["service.name"])));
        var version = Launcher.Run("--version").Output.Trim();
        Assert.All(receiver.Metrics.SelectMany(one => one.ResourceMetrics).SelectMany(one => one.ScopeMetrics), one =>
            Assert.Contains(one.Scope.Version, version, StringComparison.Ordinal));
        Assert.All(receiver.Metrics.SelectMany(one => one.ResourceMetrics).SelectMany(one => one.ScopeMetrics), one =>
            Assert.Equal(TelemetryNames.SchemaUrl, one.SchemaUrl));
        Assert.All(receiver.Traces.SelectMany(one => one.ResourceSpans).SelectMany(one => one.ScopeSpans), one =>
            Assert.Equal(("loadlab", TelemetryNames.SchemaUrl), (one.Scope.Name, one.SchemaUrl)));
    }

    [Fact]
    public async Task ServeAndSwarmAreSpansOfWhoeverStartedThem()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var environment = receiver.Environment("grpc");
        environment["TRACEPARENT"] = $"00-{Trace}-{Caller}-01";
        using var serving = ServeProcess.Start(environment, "--backlog", "4", "--accept", "never");
        var clients = Launcher.Run(environment, "swarm", "--target", $"127.0.0.1:{serving.Port}", "--connections", "20", "--connect-timeout", "200ms");
        Assert.True(clients.Exit == 0, clients.ToString());
        _ = serving.Stop();

        var spans = SpansOf(receiver).ToDictionary(span => span.Name);
        Assert.Equal(["serve", "swarm"], spans.Keys.Order());
        Assert.All(spans.Values, span => Assert.Equal((Trace, Caller), (Hex(span.TraceId), Hex(span.ParentSpanId))));
        Assert.All(spans.Values, span => Assert.Equal(("127.0.0.1", $"{serving.Port}"), (ReceivedMetrics.Read(span.Attributes)["server.address"],
            ReceivedMetrics.Read(span.Attributes)["server.port"])));
        Assert.Contains(spans["swarm"].Events, one => one.Name == "loadlab.syscall.failed"
            && ReceivedMetrics.Read(one.Attributes)["error.type"] == "ETIMEDOUT");

        // What is logged belongs to the span of its command.
        var records = receiver.Logs.SelectMany(one => one.ResourceLogs).SelectMany(one => one.ScopeLogs).SelectMany(one => one.LogRecords).ToList();
        Assert.NotEmpty(records);
        Assert.All(records, record => Assert.Equal(Trace, Hex(record.TraceId)));
        Assert.Contains(records, record => record.SpanId == spans["serve"].SpanId);
    }

    [SandboxFact]
    public async Task BatchesAreAsLargeAsTheVariablesSay()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        var environment = receiver.Environment("http/protobuf");
        (environment["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"], environment["OTEL_BLRP_MAX_EXPORT_BATCH_SIZE"]) = ("1", "1");
        var called = Launcher.Run(environment, "run", "accept-queue/backlog-overflow", "--set", "hold=200ms", "--out", folder.Path);
        Assert.True(called.Exit == 0, called.ToString());

        Assert.True(receiver.Traces.Count > 1 && receiver.Logs.Count > 1, $"{receiver.Traces.Count} exports of spans, {receiver.Logs.Count} of logs");
        Assert.All(receiver.Traces, one => Assert.Single(one.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans)));
        Assert.All(receiver.Logs, one => Assert.Single(one.ResourceLogs.SelectMany(resource => resource.ScopeLogs).SelectMany(scope => scope.LogRecords)));
    }

    [Fact]
    public async Task LogsGoOutAfterTheDelayThatTheVariableSays()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var environment = receiver.Environment("http/protobuf");
        environment["OTEL_BLRP_SCHEDULE_DELAY"] = "50";
        using var serving = ServeProcess.Start(environment);

        // The first comes while it serves, before anything is flushed.
        Assert.True(SpinWait.SpinUntil(() => !receiver.Logs.IsEmpty, Patience), "no log record came while it was serving");
        _ = serving.Stop();
    }

    [Fact]
    public void AnExportIsGivenUpAfterTheTimeThatTheVariableSays()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        using var serving = ServeProcess.Start(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndPoint!).Port}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "300",
        });
        var clock = Stopwatch.StartNew();
        _ = serving.Stop();
        Assert.Contains("the first because: no answer in time", serving.Error, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(4.5), $"it took {clock.Elapsed.TotalSeconds:0.0} s to end");
    }

    [Fact]
    public async Task HistogramsAreOfTheKindThatTheVariableSaysAndSumsOfItsTemporality()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var environment = receiver.Environment("http/protobuf");
        environment["OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION"] = "explicit_bucket_histogram";
        environment["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"] = "delta";
        environment["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
        var metrics = Swarm(receiver, environment);

        var durations = metrics.Where(one => one.Name == TelemetryNames.ConnectDuration).ToList();
        Assert.All(durations, one => Assert.Equal(Metric.DataOneofCase.Histogram, one.DataCase));
        Assert.Equal(10, durations.SelectMany(one => one.Histogram.DataPoints).Sum(point => (long)point.Count));
        Assert.All(durations, one => Assert.Equal(AggregationTemporality.Delta, one.Histogram.AggregationTemporality));
        Assert.All(metrics.Where(one => one.Name == "loadlab.client.connect.attempts"), one =>
            Assert.Equal(AggregationTemporality.Delta, one.Sum.AggregationTemporality));

        // The filter by trace keeps values that were measured within a recorded span: the swarm's own.
        var span = Assert.Single(SpansOf(receiver));
        var exemplars = durations.SelectMany(one => one.Histogram.DataPoints).SelectMany(point => point.Exemplars).ToList();
        Assert.NotEmpty(exemplars);
        Assert.All(exemplars, one => Assert.Equal((span.TraceId, span.SpanId), (one.TraceId, one.SpanId)));
    }

    [Fact]
    public async Task WithoutTheVariablesHistogramsAreExponentialAndHaveNoExemplars()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var durations = Swarm(receiver, receiver.Environment("grpc")).Where(one => one.Name == TelemetryNames.ConnectDuration).ToList();
        Assert.All(durations, one => Assert.Equal((Metric.DataOneofCase.ExponentialHistogram, AggregationTemporality.Cumulative), (one.DataCase,
            one.ExponentialHistogram.AggregationTemporality)));
        Assert.Empty(durations.SelectMany(one => one.ExponentialHistogram.DataPoints).SelectMany(point => point.Exemplars));
    }

    [Fact]
    public void TheConsoleExporterWritesEverySignalToStandardOutput()
    {
        using var serving = ServeProcess.Start(new() { ["OTEL_METRICS_EXPORTER"] = "console", ["OTEL_TRACES_EXPORTER"] = "console",
            ["OTEL_LOGS_EXPORTER"] = "console" });
        var words = serving.Stop();
        Assert.Contains("Metric Name: loadlab.server.accepts", words, StringComparison.Ordinal);
        Assert.Contains("Activity.DisplayName:        serve", words, StringComparison.Ordinal);
        Assert.Contains("LogRecord.FormattedMessage:        stopping: accepts no more and closes what is open", words, StringComparison.Ordinal);
        Assert.Contains("accepted 0, still open 0", words, StringComparison.Ordinal);
    }

    [SandboxFact]
    public void TheConsoleExporterLeavesStandardOutputToADocument()
    {
        using var folder = new TemporaryFolder();
        var called = Launcher.Run(new Dictionary<string, string> { ["OTEL_METRICS_EXPORTER"] = "console" }, "run", "accept-queue/backlog-overflow", "--set",
            "hold=200ms", "--out", folder.Path, "--json");
        Assert.Equal("accept-queue/backlog-overflow", Launcher.Document(called).Scenario);
        Assert.Contains("loadlab: OTEL_METRICS_EXPORTER is 'console', and standard output has the JSON document: no metrics are written\n", called.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AVariableThatTheSdkDoesNotTakeIsOneSentenceAndItServes()
    {
        using var serving = ServeProcess.Start(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9",
            ["OTEL_EXPORTER_OTLP_CERTIFICATE"] = "/nowhere/ca.pem" });
        _ = serving.Stop();
        Assert.Contains("loadlab: telemetry is not exported, since OpenTelemetry does not take one of the OTEL_* variables: ", serving.Error,
            StringComparison.Ordinal);
    }

    private static List<Metric> Swarm(OtlpReceiver receiver, Dictionary<string, string> environment)
    {
        using var serving = ServeProcess.Start([]);
        var clients = Launcher.Run(environment, "swarm", "--target", $"127.0.0.1:{serving.Port}", "--connections", "10");
        Assert.True(clients.Exit == 0, clients.ToString());
        _ = serving.Stop();
        return [.. receiver.Metrics.SelectMany(one => one.ResourceMetrics).SelectMany(one => one.ScopeMetrics).SelectMany(one => one.Metrics)];
    }

    private static IEnumerable<Span> SpansOf(OtlpReceiver receiver) => receiver.Traces.SelectMany(one => one.ResourceSpans).SelectMany(one => one.ScopeSpans)
        .SelectMany(one => one.Spans);

    private static string Hex(Google.Protobuf.ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
}
