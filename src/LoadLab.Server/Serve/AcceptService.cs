using LoadLab.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LoadLab.Server;

/// <summary>The hosted accept loop: starts with the host, watches its own listeners, and stops with the host.</summary>
/// <remarks>Concurrency: connections are accepted by the threads of <see cref="TcpServer"/>; this task only looks, 100 times a second.</remarks>
internal sealed class AcceptService(TcpServer server, ServeObserver observer, ILogger<AcceptService> logger) : BackgroundService
{
    private const int LooksPerNews = 100;
    // A final ACK that is on its way: over loopback it is there at once, over a network of containers within a millisecond.
    private static readonly TimeSpan LastHandshakes = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private readonly ListenerWatch watch = new(server, logger, observer);

    /// <summary>What it has done, and what its listeners have seen. Final once stopped.</summary>
    public ServeCounts Counts { get; private set; } = ServeCounts.None;

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        server.Start();
        observer.Ready(server);
        var spec = server.Spec;
        logger.Listening(
            spec.Address,
            server.Listeners.Port,
            server.Listeners.Count,
            spec.Backlog,
            server.Listeners.Sweep()[0].LiveBacklog,
            spec.Accept,
            EnumWords<ConnectionBehaviour>.Of(spec.Connection));
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        logger.Stopping();
        observer.Ending(server);

        // The queues would fill on until the listeners are closed: both ends count the same only if nobody comes after the last look.
        server.Listeners.RefuseSyns();
        server.StopAccepting();
        await Task.Delay(LastHandshakes, CancellationToken.None);
        watch.Look();
        observer.Ended(server);
        Counts = new ServeCounts(server.Tally(withRetransmits: true), watch.Drops, watch.PeakQueue, server.Failures.Total());
        server.CloseConnections();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            for (var looks = 1; await timer.WaitForNextTickAsync(stoppingToken); looks++)
            {
                watch.Look();
                if (looks % LooksPerNews == 0)
                {
                    watch.LogNews();
                }
            }
        }
        catch (OperationCanceledException)
        {
            watch.LogNews();
        }
    }
}
