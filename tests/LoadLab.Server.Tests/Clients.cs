using LoadLab.Kernel;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Server.Tests;

/// <summary>Client sockets whose connect() has been issued and not waited for.</summary>
internal sealed class Clients : IDisposable
{
    public const uint Loopback = 0x7F000001;
    private readonly List<int> fds = [];

    public Clients(int port, int count) => Connect(port, count);

    public int this[int index] => fds[index];

    public void Connect(int port, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var fd = SocketCalls.CreateTcp(nonBlocking: true);
            Assert.True(fd.IsOk, fd.Errno.ToString());
            fds.Add((int)fd.Value);
            var answer = SocketCalls.Connect((int)fd.Value, Loopback, port);
            Assert.True(answer.IsOk || answer.Errno == Errno.EINPROGRESS, answer.Errno.ToString());
        }
    }

    public void Close(int index)
    {
        _ = SocketCalls.Close(fds[index]);
        fds.RemoveAt(index);
    }

    public void Reset(int index)
    {
        _ = SocketCalls.Reset(fds[index]);
        fds.RemoveAt(index);
    }

    public void Dispose() => fds.ForEach(fd => SocketCalls.Reset(fd));
}
