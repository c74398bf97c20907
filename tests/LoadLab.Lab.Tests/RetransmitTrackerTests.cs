using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab.Tests;

public sealed class RetransmitTrackerTests
{
    private const TcpFlags SynAck = TcpFlags.Syn | TcpFlags.Ack;
    private const TcpFlags FinAck = TcpFlags.Fin | TcpFlags.Ack;
    private readonly Wire wire = new();

    [Fact]
    public void EachSynAfterTheFirstIsARetransmissionTimedFromTheFirst()
    {
        Assert.Null(wire.Client(TcpFlags.Syn, 1000, at: 1));
        Assert.Equal(new Retransmission(RetransmitKind.Syn, 1, Nanoseconds.FromSeconds(1), Nanoseconds.FromSeconds(1)), wire.Client(TcpFlags.Syn, 1000, at: 2));
        Assert.Equal(new Retransmission(RetransmitKind.Syn, 2, Nanoseconds.FromSeconds(3), Nanoseconds.FromSeconds(2)), wire.Client(TcpFlags.Syn, 1000, at: 4));
    }

    [Fact]
    public void ASynAckThatIsRepeatedAfterItWasAcknowledgedKeepsItsTimes()
    {
        Assert.Null(wire.Client(TcpFlags.Syn, 1000, at: 1));
        Assert.Null(wire.Server(SynAck, 5000, 1001, at: 1.1));
        Assert.Null(wire.Client(TcpFlags.Ack, 1001, 5001, at: 1.2));
        Assert.Equal(new Retransmission(RetransmitKind.SynAck, 1, Nanoseconds.FromSeconds(1), Nanoseconds.FromSeconds(1)),
            wire.Server(SynAck, 5000, 1001, at: 2.1));
    }

    [Fact]
    public void DataAndFinAreKindsOfTheirOwnAndDataWithFinIsData()
    {
        wire.Handshake();
        Assert.Null(wire.Client(TcpFlags.Ack, 1001, 5001, 10));
        Assert.Equal(RetransmitKind.Data, wire.Client(TcpFlags.Ack, 1001, 5001, 10)?.Kind);
        Assert.Null(wire.Client(FinAck, 1011, 5001));
        Assert.Equal(RetransmitKind.Fin, wire.Client(FinAck, 1011, 5001)?.Kind);
        Assert.Equal((RetransmitKind.Data, 2), (wire.Client(FinAck, 1001, 5001, 10)!.Value.Kind, wire.Client(FinAck, 1001, 5001, 10)!.Value.Attempt - 1));
    }

    [Fact]
    public void AcksResetsAndProbesCarryNothingAndAreNeverRetransmissions()
    {
        wire.Handshake();
        Assert.Null(wire.Client(TcpFlags.Ack, 1001, 5001, 10));
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(wire.Server(TcpFlags.Ack, 5001, 1011));
            Assert.Null(wire.Client(TcpFlags.Ack, 1000, 5001)); // A keepalive or zero-window probe: one before what is next, without data.
        }

        Assert.Null(wire.Client(TcpFlags.Rst, 1011));
        Assert.Null(wire.Client(TcpFlags.Rst, 1011));
    }

    [Fact]
    public void DataSentAgainAfterItsAcknowledgementIsARetransmission()
    {
        wire.Handshake();
        Assert.Null(wire.Client(TcpFlags.Ack, 1001, 5001, 10));
        Assert.Null(wire.Server(TcpFlags.Ack, 5001, 1011));
        Assert.NotNull(wire.Client(TcpFlags.Ack, 1001, 5001, 10));
    }

    [Fact]
    public void ASegmentThatOverlapsByOneByteIsARetransmission()
    {
        wire.Handshake();
        Assert.Null(wire.Client(TcpFlags.Ack, 1001, 5001, 10));
        Assert.Null(wire.Client(TcpFlags.Ack, 1011, 5001, 10));
        Assert.NotNull(wire.Client(TcpFlags.Ack, 1020, 5001, 10));
        Assert.Null(wire.Client(TcpFlags.Ack, 1030, 5001, 10));
    }

    [Fact]
    public void APartOfALargeSegmentSentAgainDoesNotCountForItsOtherParts()
    {
        wire.Handshake();
        Assert.Null(wire.Client(TcpFlags.Ack, 1001, 5001, 3000));
        Assert.Equal(1, wire.Client(TcpFlags.Ack, 1001, 5001, 1000)?.Attempt);
        Assert.Equal(2, wire.Client(TcpFlags.Ack, 1001, 5001, 1000)?.Attempt);
        Assert.Equal(1, wire.Client(TcpFlags.Ack, 2001, 5001, 1000)?.Attempt);
    }

    [Fact]
    public void ASegmentThatComesBeforeItsElderOnAnotherProcessorIsNoRetransmission()
    {
        wire.Handshake();
        Assert.Null(wire.Server(FinAck, 5011, 1001));
        Assert.Null(wire.Server(TcpFlags.Ack, 5001, 1001, 10));
        Assert.Equal(RetransmitKind.Data, wire.Server(TcpFlags.Ack, 5001, 1001, 10)?.Kind);
    }

    [Fact]
    public void ANewSynOnTheSameFourTupleIsAnotherConnection()
    {
        wire.Handshake();
        Assert.Null(wire.Client(TcpFlags.Ack, 1001, 5001, 10));
        Assert.Null(wire.Client(TcpFlags.Syn, 900));
        Assert.Null(wire.Server(SynAck, 4000, 901));
        Assert.Null(wire.Client(TcpFlags.Ack, 1001, 4001, 10));
        Assert.Equal(RetransmitKind.Data, wire.Client(TcpFlags.Ack, 1001, 4001, 10)?.Kind);
    }

    [Fact]
    public void ASynAckWithAnotherNumberIsAnotherRequestAndTheSameSynIsAgainTheSame()
    {
        Assert.Null(wire.Client(TcpFlags.Syn, 1000));
        Assert.Null(wire.Server(SynAck, 5000, 1001));
        Assert.Equal(RetransmitKind.Syn, wire.Client(TcpFlags.Syn, 1000)?.Kind);
        Assert.Null(wire.Server(SynAck, 7000, 1001));
    }

    [Fact]
    public void SynsThatCrossAreAnsweredByAFirstSynAck()
    {
        Assert.Null(wire.Client(TcpFlags.Syn, 1000));
        Assert.Null(wire.Server(TcpFlags.Syn, 5000));
        Assert.Null(wire.Client(SynAck, 1000, 5001));
        Assert.Equal(RetransmitKind.SynAck, wire.Client(SynAck, 1000, 5001)?.Kind);
    }

    [Fact]
    public void SequenceNumbersWrapAround()
    {
        Assert.Null(wire.Client(TcpFlags.Syn, uint.MaxValue - 2));
        Assert.Null(wire.Client(TcpFlags.Ack, uint.MaxValue - 1, 1, 10));
        Assert.Null(wire.Client(TcpFlags.Ack, 8, 1, 10));
        Assert.NotNull(wire.Client(TcpFlags.Ack, uint.MaxValue - 1, 1, 10));
    }

    [Fact]
    public void AResetEndsAFlowAtOnceAndItsRestIsNobodys()
    {
        wire.Handshake();
        Assert.Null(wire.Client(TcpFlags.Rst, 1001));
        Assert.Equal(0, wire.Tracker.Flows);
        Assert.Null(wire.Server(FinAck, 5001, 1001));
        Assert.Null(wire.Server(FinAck, 5001, 1001));
        Assert.Equal(0, wire.Tracker.Flows);
    }

    // As seen on 6.18 with two processors: an ACK of the server behind its own FIN, which the client's TIME-WAIT answers, and that finds no socket.
    [Fact]
    public void AResetCountsAsLateOnceBothFinsWereAcknowledged()
    {
        wire.Handshake();
        Assert.Null(wire.Client(FinAck, 1001, 5001));
        Assert.Null(wire.Server(FinAck, 5001, 1002));
        Assert.Null(wire.Client(TcpFlags.Ack, 1002, 5002));
        Assert.Equal(0, wire.Tracker.ResetsAfterClose);
        Assert.Null(wire.Server(TcpFlags.Ack, 5002, 1002));
        Assert.Null(wire.Client(TcpFlags.Ack, 1002, 5002));
        Assert.Null(wire.Server(TcpFlags.Rst, 5002));
        Assert.Equal(1, wire.Tracker.ResetsAfterClose);
    }

    [Fact]
    public void AResetOfAConnectionThatOneEndHasClosedIsNotLate()
    {
        wire.Handshake();
        Assert.Null(wire.Client(FinAck, 1001, 5001));
        Assert.Null(wire.Server(TcpFlags.Ack, 5001, 1002));
        Assert.Null(wire.Server(TcpFlags.Rst, 5001));
        Assert.Equal(0, wire.Tracker.ResetsAfterClose);
    }

    [Fact]
    public void ARefusedSynLeavesNothing()
    {
        Assert.Null(wire.Client(TcpFlags.Syn, 1000));
        Assert.Null(wire.Server(TcpFlags.Rst | TcpFlags.Ack, 0, 1001));
        Assert.Equal(0, wire.Tracker.Flows);
    }

    [Fact]
    public void AResetThatMayBeIgnoredDoesNotHideWhatComesAfterIt()
    {
        wire.Handshake();
        Assert.Null(wire.Client(TcpFlags.Ack, 1001, 5001, 10));
        Assert.Null(wire.Client(TcpFlags.Rst, 1005));
        Assert.NotNull(wire.Client(TcpFlags.Ack, 1001, 5001, 10));
        wire.Tracker.Forget(Nanoseconds.FromSeconds(5));
        Assert.Equal(1, wire.Tracker.Flows);
    }

    // Seen: a server's FIN of the older connection met the new SYN, the client reset it, and the SYN came again after a second.
    [Fact]
    public void AResetOfAnOlderConnectionDoesNotEndTheSynOfANewOne()
    {
        wire.Handshake();
        Assert.Null(wire.Client(TcpFlags.Rst | TcpFlags.Ack, 1001, 5001, at: 1));
        Assert.Null(wire.Client(TcpFlags.Syn, 9000, at: 1.1));
        Assert.Null(wire.Client(TcpFlags.Rst, 1001, at: 1.2));
        wire.Tracker.Forget(Nanoseconds.FromSeconds(2));
        Assert.Equal(RetransmitKind.Syn, wire.Client(TcpFlags.Syn, 9000, at: 2.1)?.Kind);
    }

    [Fact]
    public void AFlowThatBothEndsHaveClosedIsForgottenAfterAMoment()
    {
        wire.Handshake();
        Assert.Null(wire.Client(FinAck, 1001, 5001));
        Assert.Null(wire.Server(FinAck, 5001, 1002));
        Assert.Null(wire.Client(TcpFlags.Ack, 1002, 5002));
        Assert.Equal(1, wire.Tracker.Flows);
        wire.Tracker.Forget(Nanoseconds.FromSeconds(1));
        Assert.Equal(0, wire.Tracker.Flows);
    }

    [Fact]
    public void AnUnansweredSynIsForgottenWhenNoTimerCanRunForItAndAHeldConnectionNever()
    {
        wire.Handshake(port: 1);
        Assert.Null(wire.Client(TcpFlags.Syn, 1000, port: 2, at: 1));
        wire.Tracker.Forget(Nanoseconds.FromSeconds(120));
        Assert.Equal(2, wire.Tracker.Flows);
        wire.Tracker.Forget(Nanoseconds.FromSeconds(4000));
        Assert.Equal(1, wire.Tracker.Flows);
    }

    [Fact]
    public void AChurnOfConnectionsLeavesNoFlowBehind()
    {
        for (var i = 0; i < 200_000; i++)
        {
            var port = 1024 + (i % 60_000);
            Assert.Null(wire.Client(TcpFlags.Syn, (uint)i * 7, port: port));
            Assert.Null(wire.Server(SynAck, (uint)i * 11, ((uint)i * 7) + 1, port: port));
            Assert.Null(wire.Client(TcpFlags.Ack, ((uint)i * 7) + 1, ((uint)i * 11) + 1, port: port));
            Assert.Null(wire.Client(TcpFlags.Rst, ((uint)i * 7) + 1, port: port));
        }

        Assert.Equal(0, wire.Tracker.Flows);
    }
}
