using System.Diagnostics;
using System.Security.Cryptography;
using LoadLab.Model;
using LoadLab.Telemetry;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace LoadLab.Cli;

/// <summary>
/// OpenTelemetry's providers and exporters in a command: begun, flushed for a bounded time, and ended. Loaded only when something is exported.
/// </summary>
/// <remarks>
/// The providers are those of an SDK of its own (run, swarm, inspect) or of a host (serve). Concurrency: instruments, spans and logs are used by any
/// thread; exports are made by threads of the SDK; <see cref="Finish"/> is called once, at the end.
/// </remarks>
internal sealed class TelemetryExport : IDisposable
{
    /// <summary>
    /// How long the end of a command waits for telemetry at most; an endpoint that cannot be reached is given up after one second (<see
    /// cref="DeliveryWatch"/>).
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TelemetrySettings settings;
    private readonly DeliveryWatch watch = new();
    private OpenTelemetrySdk? sdk;
    private MeterProvider? metrics;
    private TracerProvider? traces;
    private LoggerProvider? logs;
    private bool isFinished;

    private TelemetryExport(TelemetrySettings settings) => this.settings = settings;

    /// <summary>The span that logs outside of any other belong to; null: none.</summary>
    public Activity? Root { get; set; }

    /// <summary>Where Prometheus may fetch the metrics; null: nowhere.</summary>
    public PrometheusEndpoint? Prometheus => settings.Prometheus;

    /// <summary>
    /// Starts what the settings ask for, with an SDK of its own; null and a sentence on <paramref name="error"/> when the SDK does not take one of
    /// the OTEL_* variables that it reads itself, or a file that one names.
    /// </summary>
    public static TelemetryExport? TryStart(TelemetrySettings settings, TextWriter error)
    {
        if (!IsTaken(settings, error))
        {
            return null;
        }

        var export = new TelemetryExport(settings);
        export.sdk = OpenTelemetrySdk.Create(export.AddTo);
        export.Take(export.Metered(() => export.sdk.MeterProvider), export.sdk.TracerProvider, export.sdk.LoggerProvider);
        return export;
    }

    /// <summary>The same for a host, which makes the providers: <see cref="AddTo"/>, then <see cref="Take"/>.</summary>
    public static TelemetryExport? TryPrepare(TelemetrySettings settings, TextWriter error) => IsTaken(settings, error) ? new TelemetryExport(settings) : null;

    /// <summary>Adds resource, signals and exporters.</summary>
    public void AddTo(IOpenTelemetryBuilder builder) => TelemetryPipeline.AddTo(builder, settings, watch, () => Root);

    /// <summary>Takes the providers that the host has made.</summary>
    public void Take(MeterProvider? metrics, TracerProvider? traces, LoggerProvider? logs) => (this.metrics, this.traces, this.logs) = (metrics, traces, logs);

    /// <summary>Makes the provider of metrics, which listens for Prometheus.</summary>
    /// <exception cref="CliException">It cannot listen: the port was taken since it was looked at.</exception>
    public MeterProvider? Metered(Func<MeterProvider?> make)
    {
        try
        {
            return make();
        }
        catch (InvalidOperationException e) when (settings.Prometheus is { } endpoint)
        {
            throw CliException.BadInput($"no metrics for Prometheus on {endpoint}: {VisibleText.OfLine((e.InnerException ?? e).Message)}");
        }
    }

    /// <summary>Loggers whose records are exported.</summary>
    public ILoggerFactory Loggers() => sdk!.GetLoggerFactory();

    /// <summary>Exports what there is now, without waiting: its connections are then open before descriptors can run out.</summary>
    public void Begin() => ThreadPool.QueueUserWorkItem(_ => metrics?.ForceFlush());

    /// <summary>Exports the rest, for a bounded time, and says in one sentence when something did not arrive.</summary>
    public void Finish(TextWriter error)
    {
        isFinished = true;
        var began = TimeProvider.System.GetTimestamp();
        var flushable = new Func<int, bool>?[]
        {
            metrics is null ? null : metrics.ForceFlush, traces is null ? null : traces.ForceFlush, logs is null ? null : logs.ForceFlush,
        };
        Thread[] flushes = [.. flushable.OfType<Func<int, bool>>().Select(Flush)];
        var inTime = Array.TrueForAll(flushes, flush => Patience - TimeProvider.System.GetElapsedTime(began) is var left
            && flush.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero));
        if (watch.Loss is not null || !inTime)
        {
            var endpoints = string.Join(", ", settings.Targets.Values.Select(target => target.Endpoint.GetLeftPart(UriPartial.Authority)).Distinct());
            var why = watch.Loss is { } loss ? $"{loss.Failed} of its exports failed, the first because: {loss.Why}"
                : $"it did not take everything within {Patience.TotalSeconds:0} s";
            error.WriteLine($"loadlab: telemetry did not all reach {endpoints} ({why}); the command itself is not affected");

            // The SDK tries once more when its providers are disposed, and would wait again.
            watch.GiveUp();
        }
    }

    /// <summary>Ends the SDK's threads. Without <see cref="Finish"/> nothing more is sent.</summary>
    public void Dispose()
    {
        if (!isFinished)
        {
            watch.GiveUp();
        }

        sdk?.Dispose();
        watch.Dispose();
    }

    // The SDK's flush waits by itself, so each has a thread that may wait.
    private static Thread Flush(Func<int, bool> flush)
    {
        var thread = new Thread(() => flush((int)Patience.TotalMilliseconds)) { IsBackground = true, Name = "last export" };
        thread.Start();
        return thread;
    }

    // The SDK reads its variables when providers are made, which a host does in the middle of its start: they are made once before, and nothing is sent.
    private static bool IsTaken(TelemetrySettings settings, TextWriter error)
    {
        try
        {
            using var silent = new DeliveryWatch();
            silent.GiveUp();
            using var rehearsal = OpenTelemetrySdk.Create(builder =>
                TelemetryPipeline.AddTo(builder, settings with { Prometheus = null, Console = new HashSet<OtlpSignal>() }, silent, () => null));
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or NotSupportedException or InvalidOperationException
            or IOException or UnauthorizedAccessException or CryptographicException)
        {
            error.WriteLine("loadlab: telemetry is not exported, since OpenTelemetry does not take one of the OTEL_* variables: "
                + $"{VisibleText.OfLine(e.Message)}; the command itself is not affected");
            return false;
        }
    }
}
