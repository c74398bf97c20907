using LoadLab.Model;

namespace LoadLab.Kernel.Tests;

public sealed class StreamCallsTests
{
    private const int FirstNumber = 300;

    [Theory]
    [InlineData(SocketFamily.Ipv4)]
    [InlineData(SocketFamily.Ipv6)]
    public void EachWayToWriteIsReadByEachWayToRead(SocketFamily family)
    {
        var (client, connection) = Pair(family);
        Func<byte[], SyscallResult>[] writes = [bytes => StreamCalls.Write(client, bytes), bytes => StreamCalls.Send(client, bytes, []),
            bytes => StreamCalls.SendMessage(client, bytes, []), bytes => StreamCalls.WriteVector(client, bytes)];
        Func<byte[], SyscallResult>[] reads = [into => StreamCalls.Read(connection, into), into => StreamCalls.Receive(connection, into, [MessageFlag.Waitall]),
            into => StreamCalls.ReceiveMessage(connection, into, []), into => StreamCalls.ReadVector(connection, into)];
        foreach (var write in writes)
        {
            foreach (var read in reads)
            {
                var into = new byte[3];
                Assert.Equal(new SyscallResult(3, Errno.None), write([1, 2, 3]));
                Assert.Equal(new SyscallResult(3, Errno.None), read(into));
                Assert.Equal([1, 2, 3], into);
            }
        }

        _ = SocketCalls.Close(client);
        _ = SocketCalls.Close(connection);
    }

    [Fact]
    public void ASocketsNumberIsOneThatNobodyGetsByChance()
    {
        var fd = (int)StreamCalls.Create(SocketFamily.Ipv4, FirstNumber).Value;
        Assert.True(fd >= FirstNumber);
        Assert.Equal("CLOSE", StreamCalls.State(fd));
        Assert.True(SocketCalls.Close(fd).IsOk);
        Assert.Equal("EBADF", StreamCalls.Write(fd, [1]).Errno.Name);
        Assert.Null(StreamCalls.State(fd));
    }

    [Theory]
    [InlineData(SocketFamily.Ipv4, "127.0.0.1:")]
    [InlineData(SocketFamily.Ipv6, "[::1]:")]
    public void EndsAreTold(SocketFamily family, string address)
    {
        var (client, connection) = Pair(family);
        Assert.True(StreamCalls.Name(client, out var own).IsOk);
        Assert.True(StreamCalls.PeerName(connection, out var other).IsOk);
        Assert.Equal(own, other);
        Assert.StartsWith(address, own.ToString(), StringComparison.Ordinal);
        Assert.Equal("ESTABLISHED", StreamCalls.State(client));
        Assert.True(StreamCalls.Shutdown(client, ShutdownHow.Wr).IsOk);

        // The other side may acknowledge a FIN a little later, as it may data.
        Assert.True(SpinWait.SpinUntil(() => StreamCalls.State(client) == "FIN-WAIT-2", TimeSpan.FromSeconds(5)), StreamCalls.State(client));
        _ = SocketCalls.Close(connection);
        _ = SocketCalls.Close(client);
    }

    private static (int Client, int Connection) Pair(SocketFamily family)
    {
        var listener = (int)StreamCalls.Create(family, FirstNumber).Value;
        Assert.True(StreamCalls.Bind(listener, SocketEnd.Loopback(family, 0)).IsOk);
        Assert.True(StreamCalls.Listen(listener, 1).IsOk);
        Assert.True(StreamCalls.Name(listener, out var end).IsOk);
        var client = (int)StreamCalls.Create(family, FirstNumber).Value;
        Assert.True(StreamCalls.Connect(client, end).IsOk);
        var connection = (int)StreamCalls.Accept(listener, FirstNumber).Value;
        _ = SocketCalls.Close(listener);
        return (client, connection);
    }
}
