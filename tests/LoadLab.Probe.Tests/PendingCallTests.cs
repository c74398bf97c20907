using LoadLab.Model;

namespace LoadLab.Probe.Tests;

public sealed class PendingCallTests
{
    [Fact]
    public void ACallThatBlocksHasNoAnswerUntilWhatItWaitsForIsThere()
    {
        using var loopback = new Loopback();
        var call = PendingCall.Begin(() => SessionCalls.Make(new SessionStep { Name = "recv", Call = SessionCall.Recv }, loopback.Accepted));
        Assert.False(call.Wait(Nanoseconds.FromMilliseconds(50)));
        _ = SessionCalls.Make(new SessionStep { Name = "send", Call = SessionCall.Send, Text = "now" }, loopback.Client);
        Assert.True(call.Wait(Nanoseconds.FromSeconds(20)));
        Assert.Equal("now", call.Answer.Text);
    }
}
