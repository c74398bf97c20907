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
        Assert.Equal("LISTEN", TcpStates.NameOf(SocketTable.StatesByInode(Environment.ProcessId)![inode]));
        Assert.Equal(Environment.ProcessId, Assert.Single(SocketOwners.Of(new HashSet<long> { inode }).ByInode[inode]).Pid);
    }

    [Fact]
    public void ATableOfDescriptorsHasNeverHadFewerPlacesThanAreOpen() =>
        Assert.True(ProcessTable.FdTableSize(Environment.ProcessId) >= ProcessDescriptors.Read(Environment.ProcessId)!.Open);

    [Fact]
    public void WhatIsNotThereIsNull()
    {
        Assert.Null(ProcessTable.NameOf(int.MaxValue));
        Assert.Null(ProcessTable.FdTableSize(int.MaxValue));
        Assert.Null(ProcessTable.NetworkNamespaceOf(int.MaxValue));
        Assert.Null(SocketTable.StatesByInode(int.MaxValue));
    }
}
