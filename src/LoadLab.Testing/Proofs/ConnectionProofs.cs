using LoadLab.Kernel;
using LoadLab.Model;
using static LoadLab.Testing.Proof;

namespace LoadLab.Testing;

/// <summary>Proofs of endpoints that differ in what they do to connections: by what a client of our own is told by its kernel.</summary>
internal static class ConnectionProofs
{
    private const long MostUnread = 256L * 1024 * 1024;

    /// <summary>A connection is reset before any byte of an answer.</summary>
    public static void ResetsOnAccept(ListeningCore core)
    {
        using var client = new ProbeConnection(core.Listener.At);

        // The RST may be there before the client looks how its connect ended.
        var connect = client.ConnectEnded();
        Must(connect is { } errno && (errno.IsNone || errno == Errno.ECONNRESET), "a connect should succeed, or end with ECONNRESET", () => Told(connect));
        if (connect is { IsNone: true })
        {
            IsReset(client);
        }

        Must(Comes(() => core.Thread.Counters.Read().Reset == 1), "the endpoint should have reset one connection", () => $"{core.Thread.Counters.Read()}");
    }

    /// <summary>A connection is reset when so many bytes were read.</summary>
    public static void ResetsAfterBytes(ListeningCore core, long bytes)
    {
        using var client = new ProbeConnection(core.Listener.At).Connected();
        var sent = client.SendAll(bytes);
        Must(sent.IsNone, $"{bytes} bytes should be taken", () => Told(sent));
        IsReset(client);
        var counted = core.Thread.Counters.Read();
        Must(counted.BytesRead == bytes, $"{bytes} bytes should have been read", () => $"{counted}");
    }

    /// <summary>Requests are answered; then a byte is answered by RST.</summary>
    public static void ResetsAfterAnswers(ListeningCore core, int answers, int answerBytes)
    {
        using var client = new ProbeConnection(core.Listener.At).Connected();
        for (var i = 0; i < answers; i++)
        {
            Answers(client, answerBytes);
        }

        _ = client.Send("G"u8);
        IsReset(client);
    }

    /// <summary>A request of this client's is answered with so many bytes.</summary>
    public static void Answers(ProbeConnection client, int answerBytes)
    {
        _ = client.Send("GET / HTTP/1.1\r\nHost: endpoint\r\n\r\n"u8);
        var into = new byte[Math.Max(1, answerBytes)];
        for (var read = 0; read < answerBytes;)
        {
            var received = client.Receive(into);
            Must(received is { IsOk: true, Value: > 0 }, $"{answerBytes} bytes of answer should come", () => $"{read} bytes came, then {Told(received.Errno)}");
            read += (int)received.Value;
        }
    }

    /// <summary>A byte that was sent is not read, and answered by RST.</summary>
    public static void ClosesUnread(ListeningCore core)
    {
        using var client = new ProbeConnection(core.Listener.At).Connected();
        _ = client.Send("x"u8);
        IsReset(client);
        Must(core.Thread.Counters.BytesRead == 0, "nothing should have been read", () => $"{core.Thread.Counters.Read()}");
    }

    /// <summary>A client can send until its buffer is full; then its kernel waits to probe the window.</summary>
    public static void ReadsNothing(ListeningCore core)
    {
        using var client = new ProbeConnection(core.Listener.At).Connected();
        var chunk = new byte[64 * 1024];
        var sent = 0L;
        var last = client.Send(chunk);
        for (; last.IsOk && sent < MostUnread; last = client.Send(chunk))
        {
            sent += last.Value;
        }

        Must(last.Errno == Errno.EAGAIN, "a client's send buffer should fill", () => $"after {sent} bytes the kernel answered {Told(last.Errno)}");
        using var diag = Diag();
        var port = client.Port;
        Must(
            diag is null || Comes(() => diag.Connections(sourcePort: port).Any(one => one.Remote.Equals(core.EndPoint) && one.Socket.ProbesWindow)),
            "the client's kernel should wait to probe a window of zero",
            () => string.Join("; ", diag!.Connections(sourcePort: port).Select(one => $"{one}")));
        Must(core.Thread.Counters.BytesRead == 0, "nothing should have been read", () => $"{core.Thread.Counters.Read()}");
    }

    /// <summary>A byte is read, nothing comes back, and the connection lasts.</summary>
    public static void AnswersNothing(ListeningCore core)
    {
        using var client = new ProbeConnection(core.Listener.At).Connected();
        _ = client.Send("x"u8);
        Must(Comes(() => core.Thread.Counters.BytesRead == 1), "a byte should be read", () => $"{core.Thread.Counters.Read()}");
        var received = client.ReceiveNow(new byte[1]);
        Must(received.Errno == Errno.EAGAIN, "nothing should come back", () => Told(received));
        Must(client.State == "ESTABLISHED", "the connection should last", () => $"it is in {client.State}");
    }

    /// <summary>The end of the stream comes at once, and what the client sends is still read.</summary>
    public static void HalfCloses(ListeningCore core)
    {
        using var client = new ProbeConnection(core.Listener.At).Connected();
        var received = client.Receive(new byte[1]);
        Must(received is { IsOk: true, Value: 0 }, "the end of the stream should come", () => Told(received));
        Must(client.State == "CLOSE-WAIT", "the client should be in CLOSE-WAIT", () => $"it is in {client.State}");
        _ = client.Send("x"u8);
        Must(Comes(() => core.Thread.Counters.BytesRead == 1), "a byte should still be read", () => $"{core.Thread.Counters.Read()}");
    }

    /// <summary>A connect is refused.</summary>
    public static void Refuses(ListeningSocket socket)
    {
        using var client = new ProbeConnection(socket.At);
        var ended = client.ConnectEnded();
        Must(ended == Errno.ECONNREFUSED, "a connect should end with ECONNREFUSED", () => Told(ended));
    }

    private static void IsReset(ProbeConnection client)
    {
        var received = client.Receive(new byte[1]);
        Must(received.Errno == Errno.ECONNRESET, "the client should be told ECONNRESET", () => Told(received));
    }

    private static string Told(SyscallResult received) => received.IsOk ? $"recv(2) returned {received.Value}" : Told(received.Errno);

    private static string Told(Errno? errno) => errno switch
    {
        null => $"it was not over within {ProbeConnection.Patience.TotalSeconds} s",
        { IsNone: true } => "it succeeded",
        { } failed => $"it was told {failed}",
    };

    private static SockDiag? Diag()
    {
        try
        {
            return new SockDiag();
        }
        catch (KernelException)
        {
            // No netlink in this sandbox: the client's own calls are the one witness.
            return null;
        }
    }
}
