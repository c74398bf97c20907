using LoadLab.Model;

namespace LoadLab.Judging.Tests;

public class EvidenceTests
{
    [Fact]
    public void ALossOfNoVariantConcernsEach()
    {
        var plan = Runs.Plan(Runs.Variant("a", Runs.Overflow), Runs.Variant("b", Runs.Overflow));
        var evidence = Runs.Evidence(plan, [.. Runs.OverflowSeen().Select(one => one with { Variant = "b" }),
            new SamplesLost(LossSource.Conductor, 1, "late")]);
        Assert.Contains("lost", evidence.Of("b").Ask("counters.TcpExt.ListenDrops").Blind, StringComparison.Ordinal);
    }

    [Fact]
    public void ThePhaseThatGoesOnIsNamed()
    {
        var evidence = Runs.Evidence(Runs.OverflowPlan(), Runs.OverflowSeen().TakeWhile(one => one is not StatesSeen));
        Assert.Equal("hold", evidence.Of("").Phase);
    }
}
