using System.Diagnostics;
using LoadLab.Kernel;
using LoadLab.Model;
using LoadLab.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LoadLab.Cli;

/// <summary>
/// What OpenTelemetry's builder is told: the resource, which signals there are, and where each goes. The only place that knows the exporters.
/// </summary>
/// <remarks>
/// The batch sizes, delays, time-outs and limits of the OTEL_* variables are read by the SDK itself, from the configuration of whoever builds.
/// </remarks>
internal static class TelemetryPipeline
{
    private const string DefaultAggregation = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";

    // Connects and retransmissions take from a tenth of a millisecond to the two minutes of ETIMEDOUT.
    private static readonly double[] Bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 130];

    /// <summary>Adds it all.</summary>
    /// <param name="builder">The SDK's builder.</param>
    /// <param name="settings">What is asked for.</param>
    /// <param name="watch">Sees each export by OTLP.</param>
    /// <param name="root">The span that logs outside of any other belong to.</param>
    public static void AddTo(IOpenTelemetryBuilder builder, TelemetrySettings settings, DeliveryWatch watch, Func<Activity?> root)
    {
        builder.ConfigureResource(Describe);
        if (settings.Has(OtlpSignal.Metrics))
        {
            builder.WithMetrics(metrics => Add(metrics, settings, watch));
        }

        if (settings.Has(OtlpSignal.Traces))
        {
            builder.WithTracing(traces => Add(traces, settings, watch));
        }

        if (settings.Has(OtlpSignal.Logs))
        {
            builder.WithLogging(logs => Add(logs, settings, watch, root), options => options.IncludeFormattedMessage = true);
        }
    }

    // What the environment says of the resource comes last, and wins.
    private static void Describe(ResourceBuilder resource) => resource.Clear()
        .AddService(TelemetryNames.Scope, serviceVersion: ProgramVersion.Text)
        .AddTelemetrySdk()
        .AddAttributes(
        [
            new("host.name", Environment.MachineName),
            new("os.type", "linux"),
            new("os.version", Sysctl.Read("kernel.osrelease") ?? ""),
            new("process.pid", (long)Environment.ProcessId),
        ])
        .AddEnvironmentVariableDetector();

    private static void Add(MeterProviderBuilder metrics, TelemetrySettings settings, DeliveryWatch watch)
    {
        metrics.AddMeter(TelemetryNames.Scope);

        // The Prometheus exporter has no exponential histograms, and a variable that names an aggregation is followed by the SDK.
        if (settings.Prometheus is not null)
        {
            metrics.AddView(TelemetryNames.ConnectDuration, new ExplicitBucketHistogramConfiguration { Boundaries = Bounds });
            metrics.AddView(TelemetryNames.RetransmitDelay, new ExplicitBucketHistogramConfiguration { Boundaries = Bounds });
        }
        else if (Environment.GetEnvironmentVariable(DefaultAggregation) is null or "")
        {
            metrics.AddView(TelemetryNames.ConnectDuration, new Base2ExponentialBucketHistogramConfiguration());
            metrics.AddView(TelemetryNames.RetransmitDelay, new Base2ExponentialBucketHistogramConfiguration());
        }

        if (settings.Targets.TryGetValue(OtlpSignal.Metrics, out var target))
        {
            metrics.AddOtlpExporter((options, reader) =>
            {
                Fill(options, target, watch);
                if (settings.ExportEvery is { } every && Environment.GetEnvironmentVariable("OTEL_METRIC_EXPORT_INTERVAL") is null or "")
                {
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)every.TotalMilliseconds;
                }
            });
        }

        if (settings.Console.Contains(OtlpSignal.Metrics))
        {
            metrics.AddConsoleExporter();
        }

        if (settings.Prometheus is { } endpoint)
        {
            metrics.AddPrometheusHttpListener(options => (options.Host, options.Port) = (endpoint.Host, endpoint.Port));
        }
    }

    private static void Add(TracerProviderBuilder traces, TelemetrySettings settings, DeliveryWatch watch)
    {
        traces.AddSource(TelemetryNames.Scope);
        if (settings.Targets.TryGetValue(OtlpSignal.Traces, out var target))
        {
            traces.AddOtlpExporter(options => Fill(options, target, watch));
        }

        if (settings.Console.Contains(OtlpSignal.Traces))
        {
            traces.AddConsoleExporter();
        }
    }

    private static void Add(LoggerProviderBuilder logs, TelemetrySettings settings, DeliveryWatch watch, Func<Activity?> root)
    {
        logs.AddProcessor(new RootSpanOfLogs(root));
        if (settings.Targets.TryGetValue(OtlpSignal.Logs, out var target))
        {
            logs.AddOtlpExporter(options => Fill(options, target, watch));
        }

        if (settings.Console.Contains(OtlpSignal.Logs))
        {
            logs.AddConsoleExporter();
        }
    }

    private static void Fill(OtlpExporterOptions options, OtlpTarget target, DeliveryWatch watch)
    {
        options.Endpoint = target.Endpoint;
        options.Protocol = target.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        options.Headers = target.Headers;
        options.TimeoutMilliseconds = target.TimeoutMs ?? options.TimeoutMilliseconds;

        // With certificates of its own the SDK makes the client; the watch then sees time-outs only.
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_CERTIFICATE") is null or ""
            && Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE") is null or "")
        {
            options.HttpClientFactory = () => watch.Client(options.TimeoutMilliseconds);
        }
    }

    /// <summary>Gives a log record that was written outside of any span the ids of the command's span.</summary>
    private sealed class RootSpanOfLogs(Func<Activity?> root) : BaseProcessor<LogRecord>
    {
        /// <inheritdoc/>
        public override void OnEnd(LogRecord data)
        {
            if (data.TraceId == default && root() is { } span)
            {
                (data.TraceId, data.SpanId, data.TraceFlags) = (span.TraceId, span.SpanId, span.ActivityTraceFlags);
            }
        }
    }
}
