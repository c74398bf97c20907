using LoadLab.Model;
using Xunit;

namespace LoadLab.Swarm.Tests;

public class SwarmPreflightTests
{
    [Fact]
    public void ALoadThatFitsIsNotStopped() => Assert.Empty(Check(new SwarmSpec { Connections = 20 }));

    [Fact]
    public void TheSoftFdLimitIsNamedWithTheWayToRaiseIt() =>
        Assert.Contains("'ulimit -n 2100'", Assert.Single(Check(new SwarmSpec { Connections = 2000 })), StringComparison.Ordinal);

    [Fact]
    public void BeyondTheHardLimitItTakesMoreWorkers() =>
        Assert.Contains("use 3 worker processes", Assert.Single(Check(new SwarmSpec { Connections = 10_000 })), StringComparison.Ordinal);

    [Fact]
    public void MoreWorkersShareTheDescriptors() => Assert.Empty(Check(new SwarmSpec { Connections = 2000 }, workers: 4));

    [Fact]
    public void PortsAreCountedForEachSourceAddress()
    {
        var spec = new SwarmSpec { Connections = 100_000 };
        _ = AddressRange.TryParse("127.0.0.1-127.0.0.4", out var four);
        Assert.Contains("4 source addresses", Assert.Single(Check(spec, workers: 1000)), StringComparison.Ordinal);
        Assert.Empty(Check(spec with { Sources = four }, workers: 1000));
    }

    [Fact]
    public void ConnectionsThatEndAtOnceNeedNoDescriptorsOfTheirOwn() =>
        Assert.Empty(Check(new SwarmSpec { Shape = LoadShape.Rate, Connections = 0, Rate = new Rate(10_000), For = Nanoseconds.FromSeconds(60),
            Then = ClientEnd.Reset }));

    private static System.Collections.Immutable.ImmutableArray<string> Check(SwarmSpec spec, int workers = 1) =>
        SwarmPreflight.Check(spec, 1024, 4096, (32768, 60999), workers);
}
