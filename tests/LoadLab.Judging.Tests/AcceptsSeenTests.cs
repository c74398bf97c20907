using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Tests;

/// <summary>Phases and accept() calls as a replay takes them.</summary>
public sealed class AcceptsSeenTests
{
    private static readonly VariantPlan Planned = Runs.OverflowPlan().Variants[0];

    [Fact]
    public void EachAcceptIsInItsPhaseBetweenTheOneBeforeAndItsOwnReturn()
    {
        var seen = Seen(4, new AcceptRecords([Ms(1010), Ms(1011)]), new AcceptRecords([Ms(1500), Ms(2050)]));
        var phases = seen.Of(Planned, _ => At(1005));
        Assert.Equal([At(495), At(3000)], phases.Select(phase => phase.Lasted));
        Assert.Equal([new(At(2), At(5)), new(At(5), At(6))], phases[0].Accepts);
        Assert.Equal([new(At(-3), At(0)), new(At(547), At(550))], phases[1].Accepts);
    }

    [Fact]
    public void AServerThatStoodStillMayHaveTakenItAsMuchEarlier()
    {
        var seen = Seen(1, new AcceptRecords([Ms(1700)]), new ClockGap(Role.Server, 0, At(120)));
        Assert.Equal([new(At(80), At(200))], seen.Of(Planned, _ => null)[1].Accepts);
    }

    [Fact]
    public void ThoseOnlyCountedLieBetweenTwoLooks()
    {
        var seen = Seen(4, new AcceptRecords([Ms(1600)]) { T = At(1600) }, new AcceptRecords([], 3) { T = At(1610) });
        Assert.Equal([new(At(97), At(100)), .. Enumerable.Repeat(new SeenAccept(At(100), At(110)), 3)], seen.Of(Planned, _ => null)[1].Accepts);
    }

    [Fact]
    public void WhereSomeAreMissingThereAreNone()
    {
        Assert.Empty(Seen(2, new AcceptRecords([Ms(1700)])).Of(Planned, _ => null));
        Assert.Empty(new AcceptsSeen().Of(Planned, _ => null));
    }

    // Phase 'load' from 1000 to 1500 ms, 'hold' from 1500 to 4500.
    private static AcceptsSeen Seen(long accepted, params Observation[] more)
    {
        var seen = new AcceptsSeen();
        Observation[] all =
        [
            new PhaseBegan("load") { T = At(1000) }, new PhaseEnded("load", true) { T = At(1500) }, new PhaseBegan("hold") { T = At(1500) },
            new PhaseEnded("hold", true) { T = At(4500) }, .. more, new ServerTally(accepted, [accepted], 0, 0, ImmutableDictionary<Errno, long>.Empty, 0),
        ];
        Array.ForEach(all, seen.Fold);
        return seen;
    }

    private static long Ms(long ms) => At(ms).Value;

    private static Nanoseconds At(double ms) => Nanoseconds.FromMilliseconds(ms);
}
