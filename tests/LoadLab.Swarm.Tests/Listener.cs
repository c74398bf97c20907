using System.Net;
using System.Net.Sockets;

namespace LoadLab.Swarm.Tests;

/// <summary>A listening socket on loopback, and what a test has it do.</summary>
/// <remarks>Concurrency: at most one accepting thread, which ends when the listener is disposed.</remarks>
internal sealed class Listener : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Thread? thread;

    /// <summary>Listens; a backlog of null binds the port only, so that a connect to it is refused.</summary>
    public Listener(int? backlog)
    {
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (backlog is { } depth)
        {
            socket.Listen(depth);
        }
    }

    public int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

    public Socket Accept() => socket.Accept();

    /// <summary>Accepts on a thread until disposed, and does this with each connection.</summary>
    public Listener Serving(Action<Socket> serve)
    {
        thread = new Thread(() =>
        {
            try
            {
                while (true)
                {
                    serve(socket.Accept());
                }
            }
            catch (SocketException)
            {
                // The listener was disposed: that is how this thread ends.
            }
        });
        thread.Start();
        return this;
    }

    /// <summary>Sends back what it reads until the peer closes.</summary>
    public static void Echo(Socket client)
    {
        using (client)
        {
            var buffer = new byte[4096];
            for (var read = client.Receive(buffer); read > 0; read = client.Receive(buffer))
            {
                _ = client.Send(buffer.AsSpan(0, read));
            }
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        thread?.Join();
    }
}
