using LoadLab.Model;
using LoadLab.Reporting.Traces;

namespace LoadLab.Reporting.Tests;

/// <summary>What became of a connection is told by its packets alone.</summary>
public sealed class FlowExamplesTests : IDisposable
{
    private const TcpFlags Ack = TcpFlags.Ack;
    private const TcpFlags FinAck = TcpFlags.Fin | TcpFlags.Ack;
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("loadlab-trace-").FullName, "trace.pcapng");

    public static TheoryData<string> Outcomes => [.. Traces.Keys];

    private static Dictionary<string, Func<Wire, Wire>> Traces { get; } = new()
    {
        ["Established"] = wire => wire.Handshake(1),
        ["No answer"] = wire => wire.Client(1, TcpFlags.Syn, 100).After(1010).Client(1, TcpFlags.Syn, 100),
        ["Refused"] = wire => wire.Client(1, TcpFlags.Syn, 100).Server(1, TcpFlags.Rst | Ack, 0, 101),
        ["Half-open"] = wire => wire.Client(1, TcpFlags.Syn, 100).Server(1, TcpFlags.Syn | Ack, 900, 101).After(1000).Server(1, TcpFlags.Syn | Ack, 900, 101),
        ["SYN-ACK answered by a reset"] = wire => wire.Client(1, TcpFlags.Syn, 100).Server(1, TcpFlags.Syn | Ack, 900, 101).Client(1, TcpFlags.Rst, 101),
        ["Given up before an answer"] = wire => wire.Client(1, TcpFlags.Syn, 100).Client(1, TcpFlags.Rst, 101),
        ["Established by a retransmitted SYN"] = wire => wire.Client(1, TcpFlags.Syn, 100).After(1010).Handshake(1),
        ["Final ACK ignored"] = wire => wire.Handshake(1).After(1000).Server(1, TcpFlags.Syn | Ack, 900, 101).Client(1, Ack, 101, 901),
        ["Final ACK ignored, then reset"] = wire => wire.Handshake(1).After(1000).Server(1, TcpFlags.Syn | Ack, 900, 101).Server(1, TcpFlags.Rst, 901),
        ["Reset by the server"] = wire => wire.Handshake(1).Server(1, TcpFlags.Rst | Ack, 901, 101),
        ["Reset by the client"] = wire => wire.Handshake(1).Client(1, TcpFlags.Rst | Ack, 101, 901),
        ["Data retransmitted"] = wire => wire.Handshake(1).Client(1, Ack, 101, 901, 10).After(200).Client(1, Ack, 101, 901, 10),
        ["FIN retransmitted"] = wire => wire.Handshake(1).Client(1, FinAck, 101, 901).After(200).Client(1, FinAck, 101, 901),
        ["Established and closed"] = wire => wire.Handshake(1).Client(1, FinAck, 101, 901).Server(1, FinAck, 901, 102).Client(1, Ack, 102, 902),
        ["Closed by the client only"] = wire => wire.Handshake(1).Client(1, FinAck, 101, 901).Server(1, Ack, 901, 102),
        ["Closed by the server only"] = wire => wire.Handshake(1).Server(1, FinAck, 901, 101).Client(1, Ack, 101, 902),
    };

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void ItsPacketsTell(string outcome) => Assert.Equal(outcome, Assert.Single(Of(Traces[outcome](new Wire())).Examples).Outcome.Name);

    [Fact]
    public void EveryOutcomeOfTheTableHasItsPackets() =>
        Assert.Equal(FlowOutcome.All.Select(outcome => outcome.Name).Order(StringComparer.Ordinal), Traces.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void TheFirstOfEachOutcomeStandsForAllOfThem()
    {
        var wire = new Wire().Handshake(5).Client(6, TcpFlags.Syn, 100).Handshake(7).Client(8, TcpFlags.Syn, 100).Handshake(9);
        var (examples, packets) = Of(wire);
        Assert.Equal(11, packets);
        Assert.Equal([("No answer", 2, "127.0.0.1:6"), ("Established", 3, "127.0.0.1:5")],
            examples.Select(example => (example.Outcome.Name, example.Count, example.Client)));
    }

    [Fact]
    public void TimesAreSinceItsFirstPacketAndRepeatedOnesAreMarked()
    {
        var example = Assert.Single(Of(new Wire().Client(1, TcpFlags.Syn, 100).After(1010).Handshake(1)).Examples);
        Assert.Equal([0, 1_010_000_000, 1_010_010_000, 1_010_020_000], example.Segments.Select(segment => segment.SinceFirst.Value));
        Assert.Equal([false, true, false, false], example.Segments.Select(segment => segment.IsAgain));
        Assert.Equal([0u, 0u, 0u, 1u], example.Segments.Select(segment => segment.Sequence!.Value));
    }

    [Fact]
    public void AnotherConnectionOnTheSamePortsIsAnotherOne()
    {
        var wire = new Wire().Handshake(1).Client(1, FinAck, 101, 901).Server(1, FinAck, 901, 102).After(5).Client(1, TcpFlags.Syn, 5000);
        Assert.Equal([("No answer", 1), ("Established and closed", 1)], Of(wire).Examples.Select(example => (example.Outcome.Name, example.Count)));
    }

    [Fact]
    public void ALongConnectionIsBoundedAndSaysSo()
    {
        var wire = new Wire().Handshake(1);
        for (uint i = 0; i < 200; i++)
        {
            wire.Client(1, Ack, 101 + i, 901, 1);
        }

        var example = Assert.Single(Of(wire).Examples);
        Assert.Equal((203, 32), (example.Packets, example.Segments.Length));
    }

    [Fact]
    public void WhatComesAfterTheLastPhaseIsNotItsOutcome()
    {
        File.WriteAllBytes(path, new Wire().Handshake(1).After(1000).Server(1, TcpFlags.Rst | Ack, 901, 101).Bytes);
        Assert.Equal("Established", Assert.Single(FlowExamples.Of(path, 3).Examples).Outcome.Name);
        Assert.Equal("Reset by the server", Assert.Single(FlowExamples.Of(path, long.MaxValue).Examples).Outcome.Name);
    }

    [Fact]
    public void ATraceCutAnywhereIsReadToItsLastWholePacket()
    {
        var whole = new Wire().Handshake(1).Bytes;
        long before = 0;
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            var packets = FlowExamples.Of(path, long.MaxValue).Packets;
            Assert.InRange(packets, before, before + 1);
            before = packets;
        }

        Assert.Equal(3, before);
    }

    [Fact]
    public void WhatIsNoTraceHasNoPackets()
    {
        Assert.Equal(0, FlowExamples.Of(path, long.MaxValue).Packets);
        var random = new Random(42);
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(4000)];
            random.NextBytes(bytes);
            File.WriteAllBytes(path, bytes);
            Assert.Empty(FlowExamples.Of(path, long.MaxValue).Examples);
        }
    }

    private (System.Collections.Immutable.ImmutableArray<ExampleFlow> Examples, long Packets) Of(Wire wire)
    {
        File.WriteAllBytes(path, wire.Bytes);
        return FlowExamples.Of(path, long.MaxValue);
    }
}
