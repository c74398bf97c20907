using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LoadLab.Adversary.Tests;

/// <summary>Answers whoever has asked it with wrong tokens, as fast as it can.</summary>
internal sealed class Liar : IDisposable
{
    private readonly Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task lying;

    public Liar()
    {
        udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        lying = Task.Run(LieAsync, CancellationToken.None);
    }

    public int Port => ((IPEndPoint)udp.LocalEndPoint!).Port;

    public Task Asked => asked.Task;

    public async Task EndAsync()
    {
        await stop.CancelAsync();
        await lying;
    }

    public void Dispose()
    {
        udp.Dispose();
        stop.Dispose();
    }

    private async Task LieAsync()
    {
        var lie = Encoding.UTF8.GetBytes("""{"token":"loadlab may load port 1: no","ready":0,"awaited":0,"starts_in":0}""");
        var buffer = new byte[2048];
        EndPoint? asker = null;
        while (!stop.IsCancellationRequested)
        {
            if (udp.Poll(asker is null ? TimeSpan.FromMilliseconds(10) : TimeSpan.Zero, SelectMode.SelectRead))
            {
                asker = (await udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0))).RemoteEndPoint;
                _ = asked.TrySetResult();
            }

            try
            {
                _ = asker is null ? 0 : await udp.SendToAsync(lie, asker);
            }
            catch (SocketException)
            {
                // The asker has closed its socket.
                asker = null;
            }
        }
    }
}
