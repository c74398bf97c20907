using LoadLab.Model;
using Xunit;

namespace LoadLab.Swarm.Tests;

public class SwarmTargetTests
{
    [Theory]
    [InlineData("8.8.8.8:80")]
    [InlineData("198.20.0.1:80")]
    [InlineData("126.255.255.255:80")]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost:80")]
    [InlineData("")]
    public void AnythingElseIsRefusedWithASentence(string text)
    {
        Assert.EndsWith(".", SwarmTarget.TryParse(text, out var target), StringComparison.Ordinal);
        Assert.Null(target);
    }

    [Theory]
    [InlineData("127.0.0.1:8080")]
    [InlineData("198.19.255.255:1")]
    public void LoopbackAndTheBenchmarkRangeAreTargets(string text)
    {
        Assert.Null(SwarmTarget.TryParse(text, out var target));
        Assert.Equal(text, target?.ToString());
    }

    [Fact]
    public void PlannedPortsGoRoundTheSourcesThenUpTheRangeAndStartAgain()
    {
        _ = SwarmTarget.TryCreate("127.0.0.1", 80, out var target);
        _ = AddressRange.TryParse("127.0.0.1-127.0.0.2", out var sources);
        var ends = new LocalEnds(new SwarmSpec { Ports = PortStrategy.Planned, Sources = sources }, target!, 5000, 5001, 0);
        var planned = Enumerable.Range(0, 5).Select(index => $"{AddressRange.Dotted(ends.Address(index))}:{ends.Port(index)}");
        Assert.Equal(["127.0.0.1:5000", "127.0.0.2:5000", "127.0.0.1:5001", "127.0.0.2:5001", "127.0.0.1:5000"], planned);
    }
}
