using LoadLab.Telemetry;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LoadLab.Cli;

/// <summary>OpenTelemetry's providers and OTLP exporters: the only place that knows them, and loaded only when an endpoint is given.</summary>
/// <remarks>Concurrency: instruments, spans and logs are used by any thread; exports are made by threads of the SDK; <see cref="Finish"/> is called once, at the end.</remarks>
internal sealed class OtlpExport : IDisposable
{
    /// <summary>How long the end of a command waits for telemetry at most; an endpoint that cannot be reached is given up after one second (<see cref="DeliveryWatch"/>).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly OtlpSettings settings;
    private readonly DeliveryWatch watch = new();
    private readonly ResourceBuilder resource;
    private readonly MeterProvider? metrics;
    private readonly TracerProvider? traces;
    private readonly BatchLogRecordExportProcessor? logs;
    private bool isLost;

    private OtlpExport(OtlpSettings settings)
    {
        this.settings = settings;
        resource = ResourceBuilder.CreateEmpty()
            .AddService(TelemetryNames.Scope, serviceVersion: VersionVerb.Version)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        metrics = Options(OtlpSignal.Metrics) is { } metricOptions ? Metrics(metricOptions) : null;
        traces = Options(OtlpSignal.Traces) is { } traceOptions ? Traces(traceOptions) : null;
        logs = Options(OtlpSignal.Logs) is { } logOptions ? new BatchLogRecordExportProcessor(new OtlpLogExporter(logOptions)) : null;
    }

    /// <summary>Starts what the settings ask for.</summary>
    public static OtlpExport Start(OtlpSettings settings) => new(settings);

    /// <summary>Adds the export to where logs go.</summary>
    public void AddTo(ILoggingBuilder logging)
    {
        if (logs is not null)
        {
            logging.AddOpenTelemetry(options =>
            {
                options.IncludeFormattedMessage = true;
                options.SetResourceBuilder(resource);
                options.AddProcessor(logs);
            });
        }
    }

    /// <summary>Exports what there is now, without waiting: its connections are then open before descriptors can run out.</summary>
    public void Begin() => ThreadPool.QueueUserWorkItem(_ => metrics?.ForceFlush());

    /// <summary>Exports the rest, for a bounded time, and says in one sentence when something did not arrive.</summary>
    public void Finish(TextWriter error)
    {
        var flushes = new[] { Flush(metrics is null ? null : metrics.ForceFlush), Flush(traces is null ? null : traces.ForceFlush), Flush(logs is null ? null : logs.ForceFlush) };
        var inTime = Task.WaitAll(flushes, Patience);
        isLost = watch.Loss is not null || !inTime;
        if (isLost)
        {
            var endpoints = string.Join(", ", settings.Targets.Values.Select(target => target.Endpoint.GetLeftPart(UriPartial.Authority)).Distinct());
            var why = watch.Loss is { } loss ? $"{loss.Failed} of its exports failed, the first because: {loss.Why}" : $"it did not take everything within {Patience.TotalSeconds:0} s";
            error.WriteLine($"loadlab: telemetry did not all reach {endpoints} ({why}); the command itself is not affected");
        }
    }

    /// <summary>Ends the SDK's threads; where the endpoint does not take anything, the process's own end does that, since the SDK would wait for it again.</summary>
    public void Dispose()
    {
        if (!isLost)
        {
            metrics?.Dispose();
            traces?.Dispose();
            logs?.Dispose();
        }
    }

    private static Task Flush(Func<int, bool>? flush) => flush is null ? Task.CompletedTask : Task.Factory.StartNew(
        () => flush((int)Patience.TotalMilliseconds), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private OtlpExporterOptions? Options(OtlpSignal signal)
    {
        if (!settings.Targets.TryGetValue(signal, out var target))
        {
            return null;
        }

        var options = new OtlpExporterOptions { Endpoint = target.Endpoint, Protocol = target.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf, Headers = target.Headers };
        options.TimeoutMilliseconds = target.TimeoutMs ?? options.TimeoutMilliseconds;

        // With certificates of its own the SDK makes the client; the watch then sees time-outs only.
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_CERTIFICATE") is null or "" && Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE") is null or "")
        {
            options.HttpClientFactory = () => watch.Client(options.TimeoutMilliseconds);
        }

        return options;
    }

    private MeterProvider Metrics(OtlpExporterOptions options) => Sdk.CreateMeterProviderBuilder()
        .SetResourceBuilder(resource)
        .AddMeter(TelemetryNames.Scope)
        .AddView(TelemetryNames.ConnectDuration, new Base2ExponentialBucketHistogramConfiguration())
        .AddView(TelemetryNames.RetransmitDelay, new Base2ExponentialBucketHistogramConfiguration())
        .AddReader(new PeriodicExportingMetricReader(new OtlpMetricExporter(options), new PeriodicExportingMetricReaderOptions().ExportIntervalMilliseconds ?? 60_000)
        {
            TemporalityPreference = Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE")?.ToUpperInvariant() is "DELTA" or "LOWMEMORY"
                ? MetricReaderTemporalityPreference.Delta
                : MetricReaderTemporalityPreference.Cumulative,
        })
        .Build();

    private TracerProvider Traces(OtlpExporterOptions options) => Sdk.CreateTracerProviderBuilder()
        .SetResourceBuilder(resource)
        .AddSource(TelemetryNames.Scope)
        .AddProcessor(new BatchActivityExportProcessor(new OtlpTraceExporter(options)))
        .Build();
}
