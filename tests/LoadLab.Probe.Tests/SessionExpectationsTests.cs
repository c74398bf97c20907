using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Probe.Tests;

public sealed class SessionExpectationsTests
{
    private static readonly SessionStep Step = new() { Name = "close", Call = SessionCall.Close, On = "conn" };
    private static readonly StepSeen Seen = new("s", "close", SessionCall.Close, 0, Errno.None, Blocked: false, null, [], [],
        ImmutableSortedDictionary<string, long>.Empty);

    [Theory]
    [InlineData("ESTABLISHED", "ESTABLISHED", "ESTABLISHED", "ESTABLISHED", true)]
    [InlineData("ESTABLISHED", "ESTABLISHED", "FIN-WAIT-1", "ESTABLISHED", false)]
    [InlineData("ESTABLISHED", "FIN-WAIT-1", "ESTABLISHED", null, false)]
    [InlineData("TIME-WAIT", "TIME-WAIT", "TIME-WAIT", "CLOSE", true)]
    [InlineData("TIME-WAIT", "TIME-WAIT", "TIME-WAIT", "TIME-WAIT", false)]
    [InlineData("CLOSE", "-", "-", "CLOSE", true)]
    [InlineData("CLOSE", "-", "-", null, true)]
    [InlineData("CLOSE", "-", "LAST-ACK", null, false)]
    public void AStateIsThereWhenEveryWayIntoTheKernelShowsIt(string state, string diag, string proc, string? info, bool isMet) =>
        Assert.Equal(isMet, SessionExpectations.AreMet(Step with { States = States(state) },
            Seen with { Sockets = [new SocketSeen("conn", diag, proc, info, null, null)] }));

    [Fact]
    public void ASocketThatWasNotLookedForIsInNoState() =>
        Assert.False(SessionExpectations.AreMet(Step with { States = States("CLOSE") },
            Seen with { Sockets = [new SocketSeen("other", "-", "-", "CLOSE", null, null)] }));

    [Fact]
    public void SegmentsAreComparedInTheirOrder()
    {
        var step = Step with { Packets = ["conn FIN", "client ACK"] };
        Assert.True(SessionExpectations.AreMet(step, Seen with { Packets = ["conn FIN", "client ACK"] }));
        Assert.False(SessionExpectations.AreMet(step, Seen with { Packets = ["client ACK", "conn FIN"] }));
        Assert.False(SessionExpectations.AreMet(step, Seen with { Packets = ["conn FIN"] }));
    }

    [Fact]
    public void ACounterThatDidNotMoveIsZeroAndATimerThatDoesNotRunIsNone()
    {
        var counters = Step with { Counters = ImmutableSortedDictionary<string, PredictedRange>.Empty.Add("Tcp.OutRsts", PredictedRange.Exactly(1)) };
        Assert.False(SessionExpectations.AreMet(counters, Seen));
        Assert.True(SessionExpectations.AreMet(counters, Seen with { Counters = Seen.Counters.Add("Tcp.OutRsts", 1) }));
        var timers = Step with { Timers = ImmutableSortedDictionary<string, PredictedRange>.Empty.Add("conn", new PredictedRange(0, 60)) };
        Assert.False(SessionExpectations.AreMet(timers, Seen with { Sockets = [new SocketSeen("conn", "TIME-WAIT", "TIME-WAIT", null, null, null)] }));
        Assert.True(SessionExpectations.AreMet(timers, Seen with { Sockets = [new SocketSeen("conn", "TIME-WAIT", "TIME-WAIT", null, 59.5, null)] }));
    }

    [Fact]
    public void AnAnswerIsErrnoValueAndWhatWasReadOrThatItBlocks()
    {
        var read = Step with { Call = SessionCall.Recv, Returns = PredictedRange.Exactly(5), Reads = "hello" };
        Assert.True(SessionExpectations.IsAnswered(read, Seen with { Value = 5, Text = "hello" }));
        Assert.False(SessionExpectations.IsAnswered(read, Seen with { Value = 4, Text = "hello" }));
        Assert.False(SessionExpectations.IsAnswered(read, Seen with { Value = 5, Text = "hella" }));
        Assert.False(SessionExpectations.IsAnswered(read, Seen with { Value = -1, Errno = Errno.ECONNRESET }));
        Assert.True(SessionExpectations.IsAnswered(read with { Blocks = true }, Seen with { Blocked = true }));
        Assert.False(SessionExpectations.IsAnswered(read, Seen with { Blocked = true }));
    }

    private static ImmutableSortedDictionary<string, string> States(string state) => ImmutableSortedDictionary<string, string>.Empty.Add("conn", state);
}
