using System.Net.Sockets;

namespace LoadLab.Testing.Tests;

/// <summary>What a client does, by .NET's own sockets: nothing of the endpoint's code.</summary>
internal static class Clients
{
    public static EndpointOptions Over(AddressFamily family) => new() { AddressFamily = family };

    public static Socket New(FailingEndpoint to) => new(to.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public static async Task<Socket> ConnectAsync(FailingEndpoint to)
    {
        var socket = New(to);
        await socket.ConnectAsync(to.EndPoint, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>What a call ends with: Success, or the socket's error.</summary>
    public static async Task<SocketError> ErrorOfAsync(Func<Task> call)
    {
        try
        {
            await call();
            return SocketError.Success;
        }
        catch (SocketException failed)
        {
            return failed.SocketErrorCode;
        }
    }

    /// <summary>Sends a GET and reads until the answer has ended with <c>ok</c>.</summary>
    public static async Task<string> GetAsync(Socket socket)
    {
        _ = await socket.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var text = "";
        var buffer = new byte[1024];
        while (!text.EndsWith("ok", StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            Assert.True(read > 0, $"the stream ended after '{text}'");
            text += System.Text.Encoding.ASCII.GetString(buffer, 0, read);
        }

        return text;
    }
}
