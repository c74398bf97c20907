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

    // A load is told some time before it begins, and files that are closed meanwhile are none that it finds.
    [Fact]
    public void FilesBeforeTheLoadAreThoseOfTheLastLookUntilItBegins()
    {
        Observation[] looks =
        [
            new FilesSeen(111, 2500) { T = Runs.At(0.5) }, new PhaseBegan("load") { T = Runs.At(1) }, new FilesSeen(108, 2500) { T = Runs.At(0.99) },
            new FilesSeen(140, 2500) { T = Runs.At(1.01) }, new ClientsSeen(0, 30, 0, 0) { T = Runs.At(1.9) },
            new PhaseEnded("load", true) { T = Runs.At(2) },
        ];
        var evidence = Runs.Evidence(Runs.OverflowPlan(), looks);
        Assert.Equal(108 + 30, evidence.Of("").Ask("clients.files@load").Value);
    }
}
