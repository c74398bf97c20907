using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Peer.Tests;

public sealed class FlowTests
{
    private const uint Isn = 0xFFFF_FFFE;
    private const uint ServerIsn = 0xFFFF_FFFF;
    private const uint Server = 0x7F000001;
    private readonly Flow flow = new(0xC6120001, 1024, Server, 80, Isn);

    [Fact]
    public void ItsSynOffersWhatAnOrdinaryClientOffers()
    {
        Assert.Equal(new TcpOptions(1460, 7, true, new TcpTimestamps(9, 0)), flow.Syn(offersTimestamps: true, 9).Options);
        Assert.Equal(new TcpOptions(1460, 7, true, null), flow.Syn(offersTimestamps: false, 9).Options);
        Assert.Equal((Isn, TcpFlags.Syn), (flow.Syn(true, 9).Sequence, flow.Syn(true, 9).Flags));
    }

    [Fact]
    public void ASynAckMakesItHalfOpenAndTheFinalAckEndsThat()
    {
        Assert.False(flow.IsAnswered);
        Answer();
        Assert.True(flow.IsHalfOpen);
        var ack = flow.Ack(50);
        Assert.Equal((unchecked(Isn + 1), 0u, TcpFlags.Ack), (ack.Sequence, ack.Acknowledgement, ack.Flags));
        Assert.False(flow.IsHalfOpen);
    }

    [Fact]
    public void TheFinalAckEchoesTheTimestampWhichIsWhereACookieKeepsOptions()
    {
        Answer(timestamp: 77);
        Assert.Equal(new TcpTimestamps(50, 77), flow.Ack(50).Options.Timestamps);
    }

    [Fact]
    public void WithoutTimestampsInTheSynAckNoneAreSent()
    {
        Answer(timestamp: null);
        Assert.Null(flow.Ack(50).Options.Timestamps);
    }

    [Fact]
    public void RepeatedSynAcksAreCountedAndChangeNothingElse()
    {
        Answer();
        Answer();
        Answer();
        Assert.Equal(3, flow.SynAcks);
        Assert.True(flow.IsHalfOpen);
    }

    [Fact]
    public void DataIsTheSameWhenToldAgainUntilItIsAcknowledged()
    {
        Establish();
        Assert.Equal((0, 10), flow.Append(10));
        Assert.Equal((0, 10), flow.Append(10));
        Assert.Equal((unchecked(Isn + 1), "abcdefghij"), Sent(0, 10));
        Acknowledge(5);
        Assert.False(flow.IsDataAcknowledged);
        Assert.Equal((5, 10), flow.Append(10));
        Assert.Equal((unchecked(Isn + 6), "fghij"), Sent(5, 10));
        Acknowledge(10);
        Assert.True(flow.IsDataAcknowledged);
        Assert.Equal((10, 13), flow.Append(3));
        Assert.Equal((unchecked(Isn + 11), "klm"), Sent(10, 13));
    }

    [Fact]
    public void ASegmentHoldsNoMoreThanTheServersMss()
    {
        Establish(mss: 100);
        _ = flow.Append(1000);
        Assert.Equal(100 - TcpOptions.LongestBytes, flow.Data(0, 1000, 1, new byte[1460], out _));
    }

    [Fact]
    public void OnlyTheBytesThatWereSentCountAsEchoed()
    {
        Establish();
        _ = flow.Append(4);
        Receive(0, "abxx"u8);
        Assert.Equal(2, flow.EchoedBytes);
        Receive(4, "cd"u8);
        Assert.Equal(4, flow.EchoedBytes);
    }

    [Fact]
    public void DataThatComesTwiceIsTakenOnceAndDataThatComesTooSoonNotAtAll()
    {
        Establish();
        _ = flow.Append(6);
        Receive(3, "def"u8);
        Receive(0, "abc"u8);
        Receive(0, "abc"u8);
        Assert.Equal(3, flow.EchoedBytes);
        Assert.Equal(unchecked(ServerIsn + 4), flow.Ack(1).Acknowledgement);
    }

    [Fact]
    public void FinTakesANumberOfItsOwnAndIsTheSameWhenToldAgain()
    {
        Establish();
        _ = flow.Append(2);
        Assert.Equal(unchecked(Isn + 3), flow.Fin(1).Sequence);
        Assert.Equal(unchecked(Isn + 3), flow.Fin(1).Sequence);
        Assert.True(flow.AwaitsFinAck);
        Acknowledge(3);
        Assert.False(flow.AwaitsFinAck);
        Assert.Equal(unchecked(Isn + 4), flow.Rst().Sequence);
    }

    [Fact]
    public void AnAcknowledgementOfWhatWasNeverSentIsNotBelieved()
    {
        Establish();
        _ = flow.Append(2);
        Acknowledge(500);
        Assert.False(flow.IsDataAcknowledged);
    }

    [Fact]
    public void AFinIsTakenWhenItsTurnComes()
    {
        Establish();
        flow.Take(FromServer(unchecked(ServerIsn + 2), TcpFlags.Fin | TcpFlags.Ack), []);
        Assert.False(flow.GotFin);
        flow.Take(FromServer(unchecked(ServerIsn + 1), TcpFlags.Fin | TcpFlags.Ack), []);
        Assert.True(flow.GotFin);
    }

    [Fact]
    public void AResetIsTheEnd()
    {
        Answer();
        flow.Take(FromServer(0, TcpFlags.Rst), []);
        Assert.True(flow.GotReset);
        Assert.False(flow.IsHalfOpen);
    }

    [Fact]
    public void OwnResetIsNotOneThatCame()
    {
        Answer();
        _ = flow.Rst();
        Assert.True(flow.IsReset);
        Assert.False(flow.GotReset);
    }

    private void Answer(uint? timestamp = 1, int mss = 1460) =>
        flow.Take(FromServer(ServerIsn, TcpFlags.Syn | TcpFlags.Ack) with { Options = new TcpOptions(mss, 7, true, timestamp is { } value
            ? new TcpTimestamps(value, 0) : null) }, []);

    private void Establish(int mss = 1460)
    {
        Answer(mss: mss);
        _ = flow.Ack(1);
    }

    private void Acknowledge(uint bytes) => flow.Take(
        FromServer(unchecked(ServerIsn + 1), TcpFlags.Ack) with { Acknowledgement = unchecked(Isn + 1 + bytes) }, []);

    private void Receive(uint from, ReadOnlySpan<byte> data) => flow.Take(FromServer(unchecked(ServerIsn + 1 + from), TcpFlags.Ack | TcpFlags.Psh), data);

    private (uint Sequence, string Text) Sent(int from, int to)
    {
        var data = new byte[100];
        var count = flow.Data(from, to, 1, data, out var segment);
        return (segment.Sequence, System.Text.Encoding.ASCII.GetString(data, 0, count));
    }

    private static RawSegment FromServer(uint sequence, TcpFlags flags) => new(Server, 0xC6120001, 80, 1024, sequence, unchecked(Isn + 1), flags, default);
}
