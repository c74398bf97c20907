using LoadLab.Model;
using LoadLab.Planning.Rules;
using LoadLab.Scenarios;

namespace LoadLab.Planning.Tests;

public sealed class KernelSandboxTests
{
    private static readonly HostFacts Kernel61 = Given.Host61 with
    {
        Sandbox = SandboxKind.Kernel,
        Cores = 1,
        NofileHard = 1_048_576,
        Sysctls = Given.Host61.Sysctls.Add("kernel.version", "#1 Sat Jul  4 15:38:16 UTC 2026").Add("fs.file-max", "100341"),
    };

    [Theory]
    [InlineData(false, 1, 2500, 2500)]
    [InlineData(true, 1, 2500, 2531)]
    [InlineData(true, 2, 2500, 2562)]
    [InlineData(true, 64, 2500, 2500 + (64 * 127))]
    public void AFullTableIsExactWithoutSmpAndABatchForEachProcessorLateWithIt(bool isSmp, int processors, long low, long high) =>
        Assert.Equal(new PredictedRange(low, high), FileLimit.At(2500, isSmp, processors));

    [Theory]
    [InlineData("#1 SMP PREEMPT_DYNAMIC @0", true)]
    [InlineData("#1 Sat Jul  4 15:38:16 UTC 2026", false)]
    [InlineData(null, true)]
    public void TheVersionOfAKernelTellsWhetherItIsSmp(string? version, bool isSmp) => Assert.Equal(isSmp, FileLimit.IsSmp(version));

    [Fact]
    public void ENFILEIsForetoldToTheFile()
    {
        var read = ScenarioFile.Load(Path.Combine(Given.ScenarioRoot, "file-descriptors/enfile.yaml"), "file-descriptors/enfile", []);
        var plan = Planner.Plan(read.Value!, Kernel61.After(read.Value!), "loadlab run").Value!;
        Assert.Equal(PredictedRange.Exactly(2500), plan.Predicted("files-at-limit"));
        Assert.Equal(["none", "all"], plan.Variants.Select(variant => EnumWords<CapabilitySet>.Of(variant.Declared.SwarmCapabilities)));
        Assert.Contains("fs.file-max", Planner.SysctlsToRead(read.Value!));
    }

    [Theory]
    [InlineData("fs.file-max")]
    [InlineData("fs.nr_open")]
    [InlineData("net.ipv4.tcp_mem")]
    [InlineData("net.ipv4.tcp_max_orphans")]
    [InlineData("net.core.netdev_max_backlog")]
    public void WhatIsTheWholeMachinesIsRefusedInANamespaceAndTheSentenceNamesTheWayOut(string name)
    {
        foreach (var sandbox in (string[])["namespace", "host"])
        {
            var errors = Given.PlanErrors(
                $"claim: x\nsandbox: {sandbox}\nsysctl: {{{name}: 100000}}\nswarm: {{connections: 1}}\nexpect:\n  - {{id: a, claim: b, predicted: 1, "
                + $"witnesses: [clients.attempted]}}\n", Given.Host618);
            var error = Assert.Single(errors);
            Assert.Contains(name, error.Text, StringComparison.Ordinal);
            Assert.Contains("sandbox: kernel", error.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AKernelToBootNeedsTheSandboxThatBootsOne()
    {
        const string Yaml = "claim: x\nkernel: /opt/linux-6.12\nswarm: {connections: 1}\n";
        var error = Assert.Single(Given.PlanErrors(Yaml, Given.Host618));
        Assert.Equal("kernel is /opt/linux-6.12, but sandbox is namespace, which boots none; set sandbox to kernel, or leave kernel out", error.Text);
        Assert.Equal("/opt/linux-6.12", Given.Plan($"{Yaml}sandbox: kernel\n", Kernel61).Variants[0].Declared.Kernel);
    }

    [Fact]
    public void InAKernelOfItsOwnTheyMayBeSet()
    {
        const string Yaml = "claim: x\nsandbox: kernel\nsysctl: {fs.file-max: 5000}\nswarm: {connections: 1}\nexpect:\n  - {id: a, claim: b, predicted: 1, "
            + "witnesses: [clients.attempted]}\n";
        Assert.Equal(PredictedRange.Exactly(5000), Given.Plan(Yaml, Kernel61).Predicted("file-max"));
    }
}
