using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

public sealed class PortLoadTests
{
    [Fact]
    public void TheSizeCommandAllowsForTwoLooks() =>
        Assert.Equal("loadlab size accept-queue --rate 400/s --pause 310ms", new PortLoad(4, 399.2, 0.29, 118).Size);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(500, 0)]
    [InlineData(10, 0.02)]
    public void WhereNobodyHadToWaitNoBacklogFollows(double rate, double pause) => Assert.Null(new PortLoad(10, rate, pause, 0).Size);
}
