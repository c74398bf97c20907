using LoadLab.Model;

namespace LoadLab.Judging.Tests;

public class EvidenceTests
{
    [Fact]
    public void MemoryDoesNotGrowWithTheNumberOfObservations()
    {
        var plan = Runs.OverflowPlan();
        var evidence = Runs.Evidence(plan, Runs.OverflowSeen());
        Observation[] more = [.. Runs.OverflowSeen(), new Note("again"), new SamplesLost("x", 1, "y"), new SyscallFailed(Role.Server, 0, "accept4", Errno.EMFILE, 1, default, default)];
        void FoldAll(int times)
        {
            for (var i = 0; i < times; i++)
            {
                foreach (var observation in more)
                {
                    evidence.Fold(observation);
                }
            }
        }

        FoldAll(500);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        FoldAll(5_000);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        // 100,000 observations kept would be over 10 MB; tests that run beside this one allocate, too.
        Assert.InRange(grown, long.MinValue, 4_000_000);
        GC.KeepAlive(evidence);
    }

    [Fact]
    public void ALossOfNoVariantConcernsEach()
    {
        var plan = Runs.Plan(Runs.Variant("a", Runs.Overflow), Runs.Variant("b", Runs.Overflow));
        var evidence = Runs.Evidence(plan, [.. Runs.OverflowSeen().Select(one => one with { Variant = "b" }), new SamplesLost("counters", 1, "late")]);
        Assert.Contains("lost", evidence.Of("b").Ask("counters.TcpExt.ListenDrops").Blind, StringComparison.Ordinal);
    }

    [Fact]
    public void ThePhaseThatGoesOnIsNamed()
    {
        var evidence = Runs.Evidence(Runs.OverflowPlan(), Runs.OverflowSeen().TakeWhile(one => one is not StatesSeen));
        Assert.Equal("hold", evidence.Of("").Phase);
    }
}
