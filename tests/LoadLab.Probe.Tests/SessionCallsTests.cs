using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe.Tests;

public sealed class SessionCallsTests
{
    public static TheoryData<SessionCall> Known => [.. Enum.GetValues<SessionCall>().Where(SessionCalls.Knows)];

    [Theory]
    [InlineData(SessionCall.Write, SessionCall.Read)]
    [InlineData(SessionCall.Send, SessionCall.Recv)]
    [InlineData(SessionCall.Sendmsg, SessionCall.Recvmsg)]
    [InlineData(SessionCall.Writev, SessionCall.Readv)]
    public void WhatOneWaySendsTheOtherReads(SessionCall writes, SessionCall reads)
    {
        using var loopback = new Loopback();
        Assert.Equal(5, Loopback.Made(SessionCalls.Make(Step(writes) with { Text = "hello" }, loopback.Client).Result));
        Assert.Equal(new SessionAnswer(new SyscallResult(5, Errno.None), "hello"), SessionCalls.Make(Step(reads), loopback.Accepted));
    }

    [Fact]
    public void AReadTakesNoMoreBytesThanItsStepAsksForAndAPeekLeavesThem()
    {
        using var loopback = new Loopback();
        _ = Loopback.Made(SessionCalls.Make(Step(SessionCall.Send) with { Text = "hello" }, loopback.Client).Result);
        Assert.Equal("hel", SessionCalls.Make(Step(SessionCall.Recv) with { Bytes = 3, Flags = [MessageFlag.Peek] }, loopback.Accepted).Text);
        Assert.Equal("hel", SessionCalls.Make(Step(SessionCall.Recv) with { Bytes = 3 }, loopback.Accepted).Text);
        Assert.Equal("lo", SessionCalls.Make(Step(SessionCall.Recv) with { Bytes = 3 }, loopback.Accepted).Text);
    }

    [Fact]
    public void BothNamesOfAConnectionAreItsPorts()
    {
        using var loopback = new Loopback();
        Assert.Equal(loopback.End.Port, SessionCalls.Make(Step(SessionCall.Getsockname), loopback.Accepted).Result.Value);
        Assert.Equal(loopback.End.Port, SessionCalls.Make(Step(SessionCall.Getpeername), loopback.Client).Result.Value);
        Assert.Equal(new Errno(107), SessionCalls.Make(Step(SessionCall.Getpeername), loopback.Listener).Result.Errno);
    }

    [Fact]
    public void AReadThatDoesNotWaitSaysEagain()
    {
        using var loopback = new Loopback();
        var answer = SessionCalls.Make(Step(SessionCall.Recv) with { Flags = [MessageFlag.Dontwait] }, loopback.Accepted);
        Assert.Equal((Errno.EAGAIN, ""), (answer.Result.Errno, answer.Text));
    }

    [Fact]
    public void AfterShutdownTheOtherEndReadsTheEnd()
    {
        using var loopback = new Loopback();
        _ = Loopback.Made(SessionCalls.Make(Step(SessionCall.Shutdown) with { How = ShutdownHow.Wr }, loopback.Client).Result);
        Assert.Equal(new SessionAnswer(new SyscallResult(0, Errno.None), ""), SessionCalls.Make(Step(SessionCall.Read), loopback.Accepted));
    }

    [Theory]
    [MemberData(nameof(Known))]
    public void EveryCallOnANumberThatIsNobodysSaysEbadf(SessionCall call)
    {
        var answer = SessionCalls.Make(Step(call) with { Bytes = 1, Option = SessionOption.Nodelay }, -1);
        Assert.Equal(new Errno(9), answer.Result.Errno);
    }

    [Fact]
    public void ADescriptorsNumberIsNotPartOfAnAnswer()
    {
        Assert.Equal(new SyscallResult(0, Errno.None), SessionCalls.WithoutNumber(new SyscallResult(57, Errno.None)));
        Assert.Equal(new SyscallResult(-1, Errno.EMFILE), SessionCalls.WithoutNumber(new SyscallResult(-1, Errno.EMFILE)));
    }

    private static SessionStep Step(SessionCall call) => new() { Name = "step", Call = call };
}
