namespace LoadLab.Planning.Tests;

/// <summary>How many ports clients have.</summary>
public sealed class EphemeralPortsTests
{
    [Fact]
    public void TheDefaultRangeHas28232Ports() => Assert.Equal(28232, EphemeralPorts.Of("32768\t60999", "").Least);

    [Fact]
    public void ReservedPortsInsideTheRangeAreNotTaken() => Assert.Equal(84, EphemeralPorts.Of("20000 20099", "20000-20009,20050,20095-30000,80").Most);

    [Fact]
    public void OfAnOddRangeTheLastPortMayBeLeftOut()
    {
        var ports = EphemeralPorts.Of("20000 20004", "");
        Assert.Equal((4, 5), (ports.Least, ports.Most));
    }

    [Theory]
    [InlineData(0, 99)]
    [InlineData(20050, 99)]
    [InlineData(9000, 100)]
    public void AListenerInsideTheRangeTakesOnePort(int listener, long left) => Assert.Equal(left, EphemeralPorts.Of("20000 20099", "").Without(listener).Most);

    [Fact]
    public void AnUnreadableRangeIsTheKernelsDefault() => Assert.Equal((32768, 60999), (EphemeralPorts.Of(null, null).Low, EphemeralPorts.Of(null, null).High));
}
