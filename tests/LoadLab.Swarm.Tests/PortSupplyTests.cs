using LoadLab.Model;
using Xunit;

namespace LoadLab.Swarm.Tests;

public class PortSupplyTests
{
    [Theory]
    [InlineData("", 28_232)]
    [InlineData("8080", 28_232)]
    [InlineData("32768,60999", 28_230)]
    [InlineData("32000-32867,40000-40009", 28_122)]
    public void TheKernelSkipsReservedPortsOfTheRange(string reserved, long ports) =>
        Assert.Equal(ports, PortSupply.Of(new SwarmSpec(), 32_768, 60_999, reserved));

    [Fact]
    public void ABindOfOnesOwnDoesNotSkipThem() => Assert.Equal(100, PortSupply.Of(new SwarmSpec { Ports = PortStrategy.Planned }, 1_000, 1_099, "1000-1099"));

    [Fact]
    public void EachSourceAddressHasTheWholeRange()
    {
        Assert.True(AddressRange.TryParse("127.1.0.1-127.1.0.9", out var sources));
        Assert.Equal(900, PortSupply.Of(new SwarmSpec { Sources = sources }, 1_000, 1_099, null));
    }
}
