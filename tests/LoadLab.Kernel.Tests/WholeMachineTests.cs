using System.Net;
using System.Net.Sockets;

namespace LoadLab.Kernel.Tests;

/// <summary>The readers that look at sockets of which nothing is known beforehand: whose, where, in which state.</summary>
public sealed class WholeMachineTests
{
    [Fact]
    public void AConnectionToADualStackListenerHasIpv4Addresses()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "needs IPv6");
        using var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        listener.Listen(4);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(IPAddress.Loopback, port);
        using var diag = new SockDiag();
        var seen = diag.Connections(sourcePort: port);
        var listening = Assert.Single(seen, TcpStates.IsListener);
        Assert.Equal((new IPEndPoint(IPAddress.IPv6Any, port), 1L, 4L), (listening.Local, listening.Socket.ReceiveQueue, listening.Socket.WriteQueue));
        var connection = Assert.Single(seen, one => one.Remote.Port == ((IPEndPoint)client.LocalEndPoint!).Port);
        Assert.Equal((new IPEndPoint(IPAddress.Loopback, port), (IPEndPoint)client.LocalEndPoint!), (connection.Local, connection.Remote));
        Assert.Contains(diag.Connections(), one => one.Local.Equals(client.LocalEndPoint) && one.Remote.Equals(new IPEndPoint(IPAddress.Loopback, port)));
    }

    [Fact]
    public void AListenerIsFoundByItsInodeInTwoTablesAndAtItsOwner()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using var diag = new SockDiag();
        var inode = Assert.Single(diag.Connections(sourcePort: ((IPEndPoint)listener.LocalEndPoint!).Port)).Socket.Inode;
        Assert.Contains(inode, ProcessDescriptors.Read(Environment.ProcessId)!.SocketInodes);
        Assert.Equal("LISTEN", TcpStates.NameOf(TcpTable.Read(Environment.ProcessId)![inode]));
        Assert.Equal(Environment.ProcessId, Assert.Single(SocketOwners.Of(new HashSet<long> { inode }).ByInode[inode]).Pid);
    }

    [Fact]
    public void ATableOfDescriptorsHasNeverHadFewerPlacesThanAreOpen() =>
        Assert.True(ProcessTable.DescriptorPlaces(Environment.ProcessId) >= ProcessDescriptors.Read(Environment.ProcessId)!.Open);

    [Fact]
    public void WhatIsNotThereIsNull()
    {
        Assert.Null(ProcessTable.NameOf(int.MaxValue));
        Assert.Null(ProcessTable.DescriptorPlaces(int.MaxValue));
        Assert.Null(ProcessTable.NetworkNamespaceOf(int.MaxValue));
        Assert.Null(TcpTable.Read(int.MaxValue));
    }

    [Fact]
    public void ALineWithoutAnInodeBelongsToNobody()
    {
        var states = new Dictionary<long, int>();
        TcpTable.ParseInto(states, "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   0: 0100007F:1F90 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 4711 1 0000 100 0 0 10 0\n   1: 0100007F:1F90 0100007F:9C40 06 00000000:00000000 03:00000a1b 00000000     0        0 0 3 0000\n"u8);
        Assert.Equal("LISTEN", TcpStates.NameOf(Assert.Single(states, pair => pair.Key == 4711).Value));
        _ = Assert.Single(states);
    }
}
