using LoadLab.Model;

namespace LoadLab.Planning.Tests;

public sealed class SupportedKernelTests
{
    private const string Scenario = "claim: x\nphases: [{name: fill, load: {connections: 1}}]\n";

    [Theory]
    [InlineData("4.19.0-26-amd64")]
    [InlineData("5.3.18")]
    public void KernelBefore54IsRefusedInOneSentence(string kernel)
    {
        var error = Assert.Single(Given.PlanErrors(Scenario, Given.Host61 with { Kernel = KernelVersion.Parse(kernel) }));
        Assert.Contains($"this kernel is {kernel}, and LoadLab's rules hold from Linux 5.4 on", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5.4.0")]
    [InlineData("5.10.0-30-amd64")]
    public void KernelFrom54OnIsPlanned(string kernel) => Assert.Empty(Given.PlanErrors(Scenario, Given.Host61 with { Kernel = KernelVersion.Parse(kernel) }));
}
