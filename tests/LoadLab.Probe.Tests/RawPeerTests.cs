using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe.Tests;

public sealed class RawPeerTests
{
    private const uint First = 1_000_000;
    private static readonly SocketEnd Own = new(TcpSegment.Mapped(0xC6120001), 40_000);
    private static readonly SocketEnd Kernel = SocketEnd.Loopback(SocketFamily.Ipv4, 7000);
    private readonly RawPeer peer = new("peer", Own);

    [Fact]
    public void ItsFirstSegmentIsASynWithAMss()
    {
        peer.Other = Kernel;
        var syn = peer.Segment(SessionSegment.Syn, acknowledges: true, []);
        Assert.Equal((First, 0u, TcpFlags.Syn, 7000), (syn.Sequence, syn.Acknowledgement, syn.Flags, syn.DestinationPort));
        Assert.Equal(new TcpOptions(1460, null, SackPermitted: false, null), syn.Options);
    }

    [Fact]
    public void ItAcknowledgesASynAckAndThenCountsItsOwnBytesAndTheirs()
    {
        Open();
        Assert.Equal((First + 1, 501u, TcpFlags.Ack), Numbers(SessionSegment.Ack));
        Assert.Equal((First + 1, 501u, TcpFlags.Ack | TcpFlags.Psh), Numbers(SessionSegment.Data, "abc"));
        Take(TcpFlags.Ack | TcpFlags.Psh, 501, bytes: 10);
        Assert.Equal((First + 4, 511u, TcpFlags.Ack | TcpFlags.Fin), Numbers(SessionSegment.Fin));
        Take(TcpFlags.Ack | TcpFlags.Fin, 511);
        Assert.Equal((First + 5, 512u, TcpFlags.Ack), Numbers(SessionSegment.Ack));
    }

    [Fact]
    public void WithoutAcknowledgingItRepeatsTheLastNumberThatItAcknowledged()
    {
        Open();
        _ = Numbers(SessionSegment.Ack);
        Take(TcpFlags.Ack | TcpFlags.Psh, 501, bytes: 10);
        Assert.Equal(501u, peer.Segment(SessionSegment.Data, acknowledges: false, "x"u8).Acknowledgement);
        Assert.Equal(511u, peer.Segment(SessionSegment.Ack, acknowledges: true, []).Acknowledgement);
    }

    [Fact]
    public void BytesThatItHasAlreadyOrThatLeaveAGapMoveNothing()
    {
        Open();
        Take(TcpFlags.Ack | TcpFlags.Psh, 501, bytes: 10);
        Take(TcpFlags.Ack | TcpFlags.Psh, 501, bytes: 10);
        Take(TcpFlags.Ack | TcpFlags.Psh, 521, bytes: 10);
        Assert.Equal(511u, Numbers(SessionSegment.Ack).Acknowledged);
    }

    [Fact]
    public void TheSynAckOfASimultaneousOpenRepeatsTheSequenceNumberOfItsSyn()
    {
        peer.Other = Kernel;
        _ = Numbers(SessionSegment.Syn);
        Take(TcpFlags.Syn, 500);
        Assert.Equal((First, 501u, TcpFlags.Syn | TcpFlags.Ack), Numbers(SessionSegment.SynAck));
        Assert.Equal(First + 1, Numbers(SessionSegment.Ack).Sequence);
    }

    [Fact]
    public void WhoeverSpeaksFirstIsItsOtherEnd()
    {
        Assert.True(peer.Other.IsNone);
        Take(TcpFlags.Syn, 500);
        Assert.Equal(Kernel, peer.Other);
    }

    [Fact]
    public void WhatAcknowledgesASynWaitsForIt()
    {
        Assert.True(peer.AwaitsSyn(SessionSegment.SynAck));
        Assert.False(peer.AwaitsSyn(SessionSegment.Ack));
        peer.Other = Kernel;
        _ = Numbers(SessionSegment.Syn);
        Assert.Equal((true, true, false), (peer.AwaitsSyn(SessionSegment.Ack), peer.AwaitsSyn(SessionSegment.Data), peer.AwaitsSyn(SessionSegment.Rst)));
        Take(TcpFlags.Syn | TcpFlags.Ack, 500);
        Assert.False(peer.AwaitsSyn(SessionSegment.Ack));
    }

    private void Open()
    {
        peer.Other = Kernel;
        _ = Numbers(SessionSegment.Syn);
        Take(TcpFlags.Syn | TcpFlags.Ack, 500);
    }

    private void Take(TcpFlags flags, uint sequence, int bytes = 0) =>
        peer.Take(new RawSegment(Kernel.Address, Own.Address, Kernel.Port, Own.Port, sequence, First + 1, flags, default), bytes);

    private (uint Sequence, uint Acknowledged, TcpFlags Flags) Numbers(SessionSegment what, string data = "")
    {
        var made = peer.Segment(what, acknowledges: true, RawPeer.Bytes(data));
        return (made.Sequence, made.Acknowledgement, made.Flags);
    }
}
