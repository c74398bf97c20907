using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LoadLab.Server;

/// <summary>Answers swarms that ask whether they may load this server, on the UDP port of the same number: also when the accept queue is full or no descriptor is left.</summary>
/// <remarks>A datagram that is no question gets no answer, and an answer is hardly longer than its question: nobody can be flooded through it.</remarks>
internal sealed class ConsentService(ConsentSocket socket, Gathering gathering, ServeObserver observer, ILogger<ConsentService> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var buffer = new byte[ConsentToken.LongestMessage];
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var from = await socket.Udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stoppingToken);
                if (Question(buffer.AsSpan(0, from.ReceivedBytes)) is { } ask)
                {
                    Note(ask, from.RemoteEndPoint);
                    var answer = JsonSerializer.SerializeToUtf8Bytes(gathering.Answer(ConsentToken.Of(ask.Nonce, socket.Port)), ModelJson.Default.ConsentAnswer);
                    await socket.Udp.SendToAsync(answer, SocketFlags.None, from.RemoteEndPoint, stoppingToken);
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

    private void Note(ConsentAsk ask, EndPoint from)
    {
        if (ask.IsReady && gathering.IsReady(ask.Replica))
        {
            var address = ((IPEndPoint)from).Address.ToString();
            logger.ReplicaReady(ask.Replica, address, gathering.Ready);
            observer.Gathered(ask.Replica, address);
        }
    }

    private static ConsentAsk? Question(ReadOnlySpan<byte> datagram)
    {
        try
        {
            return JsonSerializer.Deserialize(datagram, ModelJson.Default.ConsentAsk) is { Nonce: { Length: > 0 and <= 64 }, Replica: { Length: > 0 and <= 128 } } ask ? ask : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
