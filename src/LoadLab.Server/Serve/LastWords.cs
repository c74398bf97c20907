using Microsoft.Extensions.Hosting;

namespace LoadLab.Server;

/// <summary>Writes what a server on its own has done, once it has stopped and before anything waits for an exporter.</summary>
internal sealed class LastWords(HostedAcceptLoop loop, TextWriter output) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        foreach (var line in loop.Counts.Lines())
        {
            await output.WriteLineAsync(line);
        }

        await output.FlushAsync(CancellationToken.None);
    }
}
