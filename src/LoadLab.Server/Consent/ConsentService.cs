using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LoadLab.Server;

/// <summary>
/// Answers swarms that ask whether they may load this server, on the UDP port of the same number: also when the accept queue is full or no descriptor
/// is left.
/// </summary>
/// <remarks>A datagram that is no question gets no answer, and an answer is never longer than its question, so it amplifies nothing.</remarks>
internal sealed class ConsentService(HostedAcceptLoop loop, StartBarrier barrier, ServeObserver observer, ILogger<ConsentService> logger)
    : BackgroundService, IHostedLifecycleService
{
    private ConsentSocket? opened;
    private ListenerWatchman? watching;
    private bool isShared;

    private ConsentSocket Socket => opened!;

    private ListenerWatchman Watchman => watching!;

    /// <summary>Opens its port once the listeners have theirs; where it is not available, nothing starts.</summary>
    /// <exception cref="AcceptLoopException">The UDP port is taken.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var (address, listeners) = (loop.Server.Spec.Address, loop.Server.Listeners);
        opened = ConsentSocket.TryOpen(address, listeners.Port, out var refusal) ?? throw new AcceptLoopException(refusal!);
        watching = new ListenerWatchman(listeners, address);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        opened?.Dispose();
        watching?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var buffer = new byte[ConsentToken.LongestMessage];
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var from = await Socket.Udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stoppingToken);
                if (ConsentAsk.Parse(buffer.AsSpan(0, from.ReceivedBytes)) is { } ask && Answer(ask, from.RemoteEndPoint) is { } said)
                {
                    var answer = JsonSerializer.SerializeToUtf8Bytes(said, ModelJson.Default.ConsentAnswer);
                    if (answer.Length <= from.ReceivedBytes)
                    {
                        await Socket.Udp.SendToAsync(answer, SocketFlags.None, from.RemoteEndPoint, stoppingToken);
                    }
                }
            }
            catch (SocketException)
            {
                // Who asked is gone (ECONNREFUSED), or sent more than a question (EMSGSIZE): the next one may not be.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // null: it listens no more, so there is nothing to consent to.
    private ConsentAnswer? Answer(ConsentAsk ask, EndPoint from)
    {
        var wasShared = isShared;
        var token = Watchman.Token(out isShared);
        if (token is { } listeners)
        {
            Note(ask, from);
            return barrier.Answer(ConsentToken.Of(ask.Nonce, Socket.Port)) with { Listeners = listeners };
        }

        // What loads this server would load the other one, too, which has not consented.
        if (isShared && !wasShared)
        {
            logger.PortIsShared(Socket.Port);
        }

        return !isShared ? null : barrier.Answer(ConsentToken.Refusal(ask.Nonce, Socket.Port)) with { IsShared = true };
    }

    private void Note(ConsentAsk ask, EndPoint from)
    {
        if (ask.IsReady && barrier.IsReady(ask.Replica))
        {
            var address = ((IPEndPoint)from).Address.ToString();
            logger.ReplicaReady(ask.Replica, address, barrier.Ready);
            observer.Gathered(ask.Replica, address);
        }
    }
}
