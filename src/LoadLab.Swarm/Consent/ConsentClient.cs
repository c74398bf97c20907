using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Asks the server at a target whether it may be loaded, and when the load begins.</summary>
/// <remarks>By UDP, to the port of the same number as the TCP port: so it takes no place in any queue that is about to be measured. Not thread-safe.</remarks>
public sealed class ConsentClient
{
    private static readonly TimeSpan OneTry = TimeSpan.FromMilliseconds(100);
    private readonly SwarmTarget target;
    private readonly string replica;
    private readonly IPEndPoint server;
    private readonly byte[] buffer = new byte[ConsentToken.LongestMessage];

    /// <summary>Asks nobody yet.</summary>
    /// <param name="target">The TCP address and port in question.</param>
    /// <param name="replica">Who asks.</param>
    public ConsentClient(SwarmTarget target, string replica)
    {
        ArgumentNullException.ThrowIfNull(target);
        (this.target, this.replica) = (target, replica);
        server = new IPEndPoint(IPAddress.Parse(AddressRange.Dotted(target.Address)), target.Port);
    }

    /// <summary>Asks until a LoadLab server answers, ten times a second; null when none has in this time.</summary>
    public ConsentAnswer? Ask(TimeSpan patience, CancellationToken cancellation)
    {
        var until = TimeProvider.System.GetTimestamp() + (long)(patience.TotalSeconds * TimeProvider.System.TimestampFrequency);
        do
        {
            if (AskOnce(isReady: false, cancellation) is { } answer)
            {
                return answer;
            }
        }
        while (TimeProvider.System.GetTimestamp() < until && !cancellation.IsCancellationRequested);

        return null;
    }

    /// <summary>Says that it is ready, and asks until the server knows the common start: how long until then, from now; negative when it was before. null when it was not told in this time.</summary>
    /// <param name="patience">How long.</param>
    /// <param name="told">Gets each answer until then.</param>
    /// <param name="cancellation">Ends it early.</param>
    public Nanoseconds? AwaitStart(TimeSpan patience, Action<ConsentAnswer> told, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(told);
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < patience && !cancellation.IsCancellationRequested)
        {
            var asked = TimeProvider.System.GetTimestamp();
            if (AskOnce(isReady: true, cancellation) is not { } answer)
            {
                continue;
            }

            if (answer.StartsIn is { } startsIn)
            {
                return startsIn;
            }

            told(answer);
            if (OneTry - TimeProvider.System.GetElapsedTime(asked) is { Ticks: > 0 } rest)
            {
                cancellation.WaitHandle.WaitOne(rest);
            }
        }

        return null;
    }

    private ConsentAnswer? AskOnce(bool isReady, CancellationToken cancellation)
    {
        var nonce = Random.Shared.NextInt64().ToString("x16", CultureInfo.InvariantCulture);
        try
        {
            // Connected, so that the kernel tells when nobody has the port (ECONNREFUSED, by ICMP); and one for each question, since such a one is no more of use.
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)OneTry.TotalMilliseconds };
            udp.Connect(server);
            udp.Send(JsonSerializer.SerializeToUtf8Bytes(new ConsentAsk(nonce, replica, isReady), ModelJson.Default.ConsentAsk));
            var token = ConsentToken.Of(nonce, target.Port);
            for (int got; (got = udp.Receive(buffer)) > 0;)
            {
                // An answer to an earlier question that came late is none to this one.
                if (Answer(buffer.AsSpan(0, got)) is { } answer && answer.Token == token)
                {
                    return answer;
                }
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TimedOut)
        {
            return null;
        }
        catch (SocketException)
        {
            // Nobody has the port, or there is no way to it yet: it may come up.
            cancellation.WaitHandle.WaitOne(OneTry);
        }

        return null;
    }

    private static ConsentAnswer? Answer(ReadOnlySpan<byte> datagram)
    {
        try
        {
            return JsonSerializer.Deserialize(datagram, ModelJson.Default.ConsentAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
