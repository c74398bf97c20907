using System.Security.Cryptography;
using LoadLab.Model;
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

    /// <summary>True when the endpoint did not take everything: the SDK would wait for it again at its own end, so nothing of it is disposed then.</summary>
    public bool IsLost { get; private set; }

    private OtlpExport(OtlpSettings settings)
    {
        this.settings = settings;
        resource = ResourceBuilder.CreateEmpty()
            .AddService(TelemetryNames.Scope, serviceVersion: ProgramVersion.Text)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        metrics = Options(OtlpSignal.Metrics) is { } metricOptions ? Metrics(metricOptions) : null;
        traces = Options(OtlpSignal.Traces) is { } traceOptions ? Traces(traceOptions) : null;
        logs = Options(OtlpSignal.Logs) is { } logOptions ? new BatchLogRecordExportProcessor(new OtlpLogExporter(logOptions)) : null;
    }

    /// <summary>Starts what the settings ask for; null and a sentence on <paramref name="error"/> when the SDK does not take one of the OTEL_* variables that it reads itself, or a file that one names.</summary>
    public static OtlpExport? TryStart(OtlpSettings settings, TextWriter error)
    {
        try
        {
            return new OtlpExport(settings);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or NotSupportedException or InvalidOperationException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            error.WriteLine($"loadlab: telemetry is not exported, since OpenTelemetry does not take one of the OTEL_* variables: {VisibleText.OfLine(e.Message)}; the command itself is not affected");
            return null;
        }
    }

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
        var began = TimeProvider.System.GetTimestamp();
        Thread[] flushes = [.. new Func<int, bool>?[] { metrics is null ? null : metrics.ForceFlush, traces is null ? null : traces.ForceFlush, logs is null ? null : logs.ForceFlush }.OfType<Func<int, bool>>().Select(Flush)];
        var inTime = Array.TrueForAll(flushes, flush => Patience - TimeProvider.System.GetElapsedTime(began) is var left && flush.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero));
        IsLost = watch.Loss is not null || !inTime;
        if (IsLost)
        {
            var endpoints = string.Join(", ", settings.Targets.Values.Select(target => target.Endpoint.GetLeftPart(UriPartial.Authority)).Distinct());
            var why = watch.Loss is { } loss ? $"{loss.Failed} of its exports failed, the first because: {loss.Why}" : $"it did not take everything within {Patience.TotalSeconds:0} s";
            error.WriteLine($"loadlab: telemetry did not all reach {endpoints} ({why}); the command itself is not affected");
        }
    }

    /// <summary>Ends the SDK's threads; where the endpoint does not take anything, the process's own end does that, since the SDK would wait for it again.</summary>
    public void Dispose()
    {
        if (!IsLost)
        {
            metrics?.Dispose();
            traces?.Dispose();
            logs?.Dispose();
        }
    }

    // The SDK's flush waits by itself, so each has a thread that may wait.
    private static Thread Flush(Func<int, bool> flush)
    {
        var thread = new Thread(() => flush((int)Patience.TotalMilliseconds)) { IsBackground = true, Name = "last export" };
        thread.Start();
        return thread;
    }

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
