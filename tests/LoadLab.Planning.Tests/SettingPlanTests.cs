using LoadLab.Scenarios;

namespace LoadLab.Planning.Tests;

public sealed class SettingPlanTests
{
    [Fact]
    public void VariantThatRunsAloneIsPlannedAlone()
    {
        var declared = ScenarioFile.Parse("x.yaml", "x", "claim: x\nvariants: [{name: a, set: {hold: 1s}}, {name: b, set: {hold: 3s}}]\n", [("hold", "2s")],
            tuning: null, variant: "a").Value!;
        Assert.Equal(["a"], Planner.Plan(declared, Given.Host618, "").Value!.Variants.Select(variant => variant.Name));
    }

    [Fact]
    public void BacklogOfMinusOneIsSomaxconn()
    {
        var variant = Planner.Plan(Given.Scenario("claim: x\nsysctl: {net.core.somaxconn: 5}\n", ("server.backlog", "-1")),
            Given.Host618 with { Sysctls = Given.Host618.Sysctls.SetItem("net.core.somaxconn", "5") }, "").Value!.Variants[0];
        Assert.Equal((5, 6), (variant.LiveBacklog, variant.Capacity));
    }
}
