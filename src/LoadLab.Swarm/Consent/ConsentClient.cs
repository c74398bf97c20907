using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Asks the server at a target whether it may be loaded, and when the load begins.</summary>
/// <remarks>By UDP, to the port of the same number as the TCP port: so it takes no place in any queue that is about to be measured. Not thread-safe.</remarks>
public sealed class ConsentClient
{
    private static readonly TimeSpan OneTry = TimeSpan.FromMilliseconds(100);
    private readonly string replica;
    private readonly IPEndPoint server;
    private readonly byte[] buffer = new byte[ConsentToken.LongestMessage];

    /// <summary>Sends nothing yet.</summary>
    /// <param name="target">The TCP address and port in question.</param>
    /// <param name="replica">The swarm that asks.</param>
    public ConsentClient(SwarmTarget target, string replica)
    {
        ArgumentNullException.ThrowIfNull(target);
        (Target, this.replica) = (target, replica);
        server = new IPEndPoint(IPAddress.Parse(AddressRange.Dotted(target.Address)), target.Port);
    }

    /// <summary>The TCP address and port in question.</summary>
    public SwarmTarget Target { get; }

    /// <summary>True for loopback, and for an address in a network of this machine: no packet leaves by a gateway.</summary>
    public bool StaysHere => Target.IsLoopback || BenchmarkRoute.IsDirect(Target.Address);

    /// <summary>
    /// Asks until a LoadLab server answers, ten times a second; null when none has in this time. The answer may be a refusal
    /// (<see cref="ConsentAnswer.IsShared"/>).
    /// </summary>
    public ConsentAnswer? Ask(TimeSpan patience, CancellationToken cancellation) => Ask(patience, untilGone: false, cancellation).Answer;

    /// <summary>
    /// Asks a server that has answered before: as <see cref="Ask(TimeSpan, CancellationToken)"/>, but ends at once when its UDP port is closed, since
    /// a server keeps that for as long as it lives.
    /// </summary>
    /// <returns>The answer, or null; and whether the port is closed.</returns>
    internal (ConsentAnswer? Answer, bool IsGone) AskAgain(TimeSpan patience, CancellationToken cancellation) => Ask(patience, untilGone: true, cancellation);

    /// <summary>
    /// Says that it is ready, and asks until the server knows the common start: how long until then, from now; negative when it was before. null when
    /// it was not told in this time.
    /// </summary>
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
            if (AskOnce(isReady: true, cancellation).Answer is not { } answer)
            {
                Pause(asked, cancellation);
                continue;
            }

            // A refusal needs no wait: the question right before the start gives the reason.
            if ((answer.IsShared ? Nanoseconds.Zero : answer.StartsIn) is { } startsIn)
            {
                return startsIn;
            }

            told(answer);
            Pause(asked, cancellation);
        }

        return null;
    }

    private (ConsentAnswer? Answer, bool IsGone) Ask(TimeSpan patience, bool untilGone, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var asked = TimeProvider.System.GetTimestamp();
            var (answer, isClosed) = AskOnce(isReady: false, cancellation);
            if (answer is not null || (isClosed && untilGone) || cancellation.IsCancellationRequested || TimeProvider.System.GetElapsedTime(began) >= patience)
            {
                return (answer, isClosed);
            }

            Pause(asked, cancellation);
        }
    }

    // Ten questions a second, however fast they fail.
    private static void Pause(long asked, CancellationToken cancellation)
    {
        if (OneTry - TimeProvider.System.GetElapsedTime(asked) is { Ticks: > 0 } rest)
        {
            cancellation.WaitHandle.WaitOne(rest);
        }
    }

    // One try ends after its time, whatever a peer sends and however often. Closed: the kernel there has no socket of this port (ECONNREFUSED, by ICMP).
    private (ConsentAnswer? Answer, bool IsClosed) AskOnce(bool isReady, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        var nonce = Random.Shared.NextInt64().ToString("x16", CultureInfo.InvariantCulture);
        try
        {
            // Connected, so that ICMP errors are reported; and one for each question, since after an error it is of no more use.
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)OneTry.TotalMilliseconds };
            udp.Connect(server);
            udp.Send(JsonSerializer.SerializeToUtf8Bytes(ConsentAsk.Padded(nonce, replica, isReady), ModelJson.Default.ConsentAsk));
            while (TimeProvider.System.GetElapsedTime(began) < OneTry && !cancellation.IsCancellationRequested)
            {
                var got = udp.Receive(buffer);

                if (ConsentAnswer.Parse(buffer.AsSpan(0, got), nonce, Target.Port) is { } answer)
                {
                    return (answer, false);
                }
            }
        }
        catch (SocketException e)
        {
            // No answer in time, nobody has the port, or there is no way to it: it may come up.
            return (null, e.SocketErrorCode == SocketError.ConnectionRefused);
        }

        return (null, false);
    }
}
