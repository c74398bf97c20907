using LoadLab.Model;
using Xunit;

namespace LoadLab.Judging.Tests;

/// <summary>Run by itself: the heap is everybody's, and tests beside this one would be measured with it.</summary>
[CollectionDefinition(nameof(EvidenceMemoryTests), DisableParallelization = true)]
[Collection(nameof(EvidenceMemoryTests))]
public class EvidenceMemoryTests
{
    [Fact]
    public void MemoryDoesNotGrowWithTheNumberOfObservations()
    {
        var plan = Runs.OverflowPlan();
        var evidence = Runs.Evidence(plan, Runs.OverflowSeen());
        Observation[] more = [.. Runs.OverflowSeen(), new Note("again"), new SamplesLost("x", 1, "y"),
            new SyscallFailed(Role.Server, 0, "accept4", Errno.EMFILE, 1, default, default)];
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

        // 100,000 observations kept would be over 10 MB.
        Assert.InRange(grown, long.MinValue, 1_000_000);
        GC.KeepAlive(evidence);
    }
}
