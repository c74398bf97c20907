namespace LoadLab.Kernel.Tests;

public class TickRateTests
{
    [Fact]
    public void TickRateIsOneOfThoseThatAKernelCanBeBuiltWith() => Assert.Contains(TickRate.PerSecond, new int?[] { 100, 250, 300, 1000 });
}
