using System.Net;
using System.Net.Sockets;
using LoadLab.Model;
using Xunit;

namespace LoadLab.Kernel.Tests;

/// <summary>Sums over the kernel's table of sockets, about sockets of this process.</summary>
public sealed class SocketCensusTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void AListenerIsFoundWithItsQueueAndItsClientsAreCountedAsPortsOfADestination(string address)
    {
        using var own = new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        own.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        own.Listen(8);
        var at = (IPEndPoint)own.LocalEndPoint!;
        using var census = new SocketCensus();

        // A listener that had this port before may have left connections in TIME-WAIT.
        census.CountConnections(new PortRange(1, 65535));
        var before = census.Destinations.FirstOrDefault(one => one.Key.To.ToString() == at.ToString()).Value.InTimeWait;
        var clients = Enumerable.Range(0, 3).Select(_ => new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp)).ToList();
        clients.ForEach(client => client.Connect(at));
        census.FindListeners();
        var found = Assert.Single(census.Listeners, one => new SocketEndPoint(one.Source, one.SourcePort).ToString() == at.ToString());
        Assert.Equal((3, 8, 0), (found.ReceiveQueue, found.WriteQueue, found.Drops));

        census.CountConnections(new PortRange(1, 65535));
        var held = Assert.Single(census.Destinations, one => one.Key.To.ToString() == at.ToString());
        Assert.Equal((3 + before, before, address), (held.Value.Ports, held.Value.InTimeWait, new SocketEndPoint(held.Key.From, 0).AddressText));

        // A client that has closed while it is queued holds a slot, and no process has its connection.
        clients[0].Dispose();
        census.CountConnections(new PortRange(1, 65535));
        Assert.Equal(1, census.QueuedClosed[new SocketEndPoint(found.Source, found.SourcePort)]);
        Assert.True(census.Walked >= 5, $"{census.Walked} sockets walked on {Environment.OSVersion}");
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public void TheDescriptorsOfAProcessAreCountedAgainAndAgain()
    {
        using var count = ProcessDescriptorCount.TryOpen(Environment.ProcessId);
        var before = ProcessDescriptors.Read(Environment.ProcessId)!.Open;
        var files = Enumerable.Range(0, 50).Select(_ => File.OpenHandle("/dev/null")).ToList();
        var after = count!.Read();
        files.ForEach(file => file.Dispose());

        // Other tests open and close some of their own meanwhile.
        Assert.InRange(after!.Value, before + 30, before + 90);
        Assert.Null(ProcessDescriptorCount.TryOpen(1 << 30));
    }

    [Theory]
    [InlineData("127.0.0.1", 80, "127.0.0.1:80", "0.0.0.0:80")]
    [InlineData("::1", 80, "[::1]:80", "[::]:80")]
    public void AnEndIsWrittenAsPeopleWriteIt(string address, int port, string text, string any)
    {
        var bytes = IPAddress.Parse(address).MapToIPv6().GetAddressBytes();
        var end = new SocketEndPoint(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes), port);
        Assert.Equal((text, any), (end.ToString(), end.Any.ToString()));
    }
}
