namespace LoadLab.Lab.Tests;

public class ConductorEndTests
{
    [Theory]
    [InlineData(1, "unshare: sigprocmask unblock failed: Invalid argument",
        "the conductor was killed in mid-run by SIGKILL (kill -9, or the kernel because memory ran out)")]
    [InlineData(137, "", "the conductor was killed in mid-run by SIGKILL (kill -9, or the kernel because memory ran out)")]
    [InlineData(139, "", "the conductor was killed in mid-run by signal 11")]
    [InlineData(70, "something", "the conductor ended with status 70: something")]
    [InlineData(3, "the swarm 0 stood still", "the swarm 0 stood still")]
    public void AnEndIsToldAsWhatItWas(int exit, string complaint, string reason)
    {
        var end = ConductorEnd.Of(exit, complaint, stopped: false);
        Assert.Equal((false, reason, false), (end.Finished, end.Reason, end.Refused));
    }

    [Fact]
    public void OneThatWasToStopWasNotKilled() => Assert.Equal("stopped before its end", ConductorEnd.Of(137, "", stopped: true).Reason);
}
