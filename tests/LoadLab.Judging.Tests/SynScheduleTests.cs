namespace LoadLab.Judging.Tests;

public class SynScheduleTests
{
    [Fact]
    public void FourLinearTimeoutsComeBeforeTheDoubling() => Assert.Equal([0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67], SynSchedule.Of(6, 4, 120).SendsS);

    [Fact]
    public void NoLinearTimeoutsDoubleFromTheStart() => Assert.Equal([0, 1, 3, 7, 15, 31, 63], SynSchedule.Of(6, 0, 120).SendsS);

    [Fact]
    public void ALowerRtoMaximumCutsTheSteps() => Assert.Equal([0, 1, 2, 3, 4, 5, 7, 9, 11], SynSchedule.Of(4, 4, 2).SendsS);

    [Fact]
    public void AVariantsOwnSysctlCountsBeforeTheSandboxs()
    {
        var scenario = Runs.Overflow with { Sysctls = Runs.Overflow.Sysctls.Add("net.ipv4.tcp_syn_linear_timeouts", "0") };
        var variant = Runs.Variant("", scenario);
        Assert.Equal(3, SynSchedule.Of(Runs.Plan(variant), variant).SendsS[2]);
    }
}
