using System.Net;
using LoadLab.Kernel;
using LoadLab.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoadLab.Server;

/// <summary>An accept loop in a host: listens as the host starts, watches its own listeners, and ends with the host.</summary>
/// <remarks>
/// It listens before any service of the host starts, so that one that cannot ends the start, and accepts when its turn comes.
/// Concurrency: connections are accepted by the threads of <see cref="TcpServer"/>; the task only looks, 100 times a second; the members of
/// <see cref="IAcceptLoop"/> by any thread.
/// </remarks>
internal sealed class HostedAcceptLoop(string name, IOptionsMonitor<AcceptLoopOptions> options, ILogger<HostedAcceptLoop> logger, ServeObserver? observing)
    : BackgroundService, IHostedLifecycleService, IAcceptLoop
{
    private const int LooksPerNews = 100;

    // A final ACK that is on its way: over loopback it is there at once, over a network of containers within a millisecond.
    private static readonly TimeSpan LastHandshakes = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private readonly ServeObserver observer = observing ?? new ServeObserver(null, RunClock.StartNew());
    private TcpServer? server;
    private ListenerWatch? watch;
    private IPEndPoint? endPoint;
    private volatile AcceptLoopCounts? lastCounts;
    private volatile bool accepts;

    /// <summary>What it has done, and what its listeners have seen, for its last words. Final once stopped.</summary>
    public ServeCounts Counts { get; private set; } = ServeCounts.None;

    /// <summary>Its server, which listens.</summary>
    /// <exception cref="InvalidOperationException">The host has not started.</exception>
    public TcpServer Server => server ?? throw Idle("does not listen: the host has not started, or has been disposed");

    /// <inheritdoc/>
    public IPEndPoint EndPoint => endPoint ?? throw Idle("does not listen: the host has not started");

    /// <inheritdoc/>
    public AcceptPolicy Policy => Server.Accepting.Order.Policy;

    /// <inheritdoc/>
    public AcceptLoopCounts Read() => lastCounts ?? CountsOf(Server);

    /// <inheritdoc/>
    public void Follow(AcceptPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (!accepts)
        {
            throw Idle("does not accept: the host has not started, or has stopped");
        }

        Server.Accepting.Follow(policy, RunClock.MonotonicNs);
        logger.Follows(endPoint!, policy);
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // The options have been validated: nothing is refused here.
        var spec = options.Get(name).Spec;
        server = TcpServer.TryOpen(spec, RunClock.StartNew(), startsWithFirst: true, out var refusal) ?? throw new AcceptLoopException(refusal!);
        endPoint = new IPEndPoint(IPAddress.Parse(spec.Address), server.Listeners.Port);
        observer.Opened(server);
        watch = new ListenerWatch(server, logger, observer);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var opened = Server;
        opened.Start();
        observer.Ready(opened);
        accepts = true;
        var spec = opened.Spec;
        logger.Listening(
            spec.Address,
            opened.Listeners.Port,
            opened.Listeners.Count,
            spec.Backlog,
            opened.Listeners.Sweep()[0].LiveBacklog,
            spec.Accept,
            EnumWords<ConnectionBehaviour>.Of(spec.Connection));
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (server is null || !accepts)
        {
            return;
        }

        accepts = false;
        logger.Stopping();
        observer.Ending(server);

        // The queues would fill on until the listeners are closed: both ends count the same only if nobody comes after the last look.
        server.Listeners.RefuseSyns();
        server.StopAccepting();
        await Task.Delay(LastHandshakes, CancellationToken.None);
        watch!.Look();
        observer.Ended(server);
        Counts = new ServeCounts(server.Tally(withRetransmits: true), watch.Drops, watch.PeakQueue, server.Failures.Total());
        lastCounts = CountsOf(server);
        server.CloseConnections();
    }

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Dispose()
    {
        accepts = false;
        server?.Dispose();
        server = null;
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            for (var looks = 1; await timer.WaitForNextTickAsync(stoppingToken); looks++)
            {
                watch!.Look();
                if (looks % LooksPerNews == 0)
                {
                    watch.LogNews();
                }
            }
        }
        catch (OperationCanceledException)
        {
            watch!.LogNews();
        }
    }

    private static AcceptLoopCounts CountsOf(TcpServer server)
    {
        var tally = server.Tally(withRetransmits: false);
        return new AcceptLoopCounts(
            tally.Accepted,
            tally.Open,
            tally.EndOfStream,
            tally.BytesRead,
            tally.Shed,
            [.. server.Failures.Total().Select(one => new AcceptLoopFailure(one.Syscall, one.Errno, one.Count))],
            server.Listeners.Sweep());
    }

    private InvalidOperationException Idle(string what) => new($"the accept loop {(name.Length > 0 ? $"'{name}' " : "")}{what}");
}
