using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace LoadLab.Cli;

/// <summary>The telemetry of <c>serve</c> as part of its host: begins before the server listens, and sends the rest after it has stopped.</summary>
/// <param name="services">Has the providers.</param>
/// <param name="export">The exporters.</param>
/// <param name="telemetry">The instruments and the span.</param>
/// <param name="finish">Hands on what the server has said, and sends the rest for a bounded time.</param>
internal sealed class ServeTelemetry(IServiceProvider services, TelemetryExport export, StandaloneTelemetry telemetry, Action finish) : IHostedLifecycleService
{
    /// <summary>Adds OpenTelemetry and this to a host.</summary>
    public static void AddTo(IHostApplicationBuilder builder, TelemetryExport export, StandaloneTelemetry telemetry, Action finish)
    {
        export.AddTo(builder.Services.AddOpenTelemetry());
        builder.Services.AddHostedService(provider => new ServeTelemetry(provider, export, telemetry, finish));
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        export.Take(export.Metered(services.GetService<MeterProvider>), services.GetService<TracerProvider>(), services.GetService<LoggerProvider>());
        telemetry.BeginSpan();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        finish();
        return Task.CompletedTask;
    }
}
