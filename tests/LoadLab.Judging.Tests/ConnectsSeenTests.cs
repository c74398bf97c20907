using LoadLab.Model;

namespace LoadLab.Judging.Tests;

/// <summary>Single connects as a replay takes them: moments since the load's begin.</summary>
public sealed class ConnectsSeenTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public void MomentsCountFromTheLoadsBegin()
    {
        var seen = new ConnectsSeen();
        seen.Fold(new ConnectRecords(0, [Row(1, 150, 161, 184), Row(0, 100, 100, 101)]) { Variant = "v" });
        seen.Fold(new ConnectRecords(0, [Row(2, 200, 200, 1200)]) { Variant = "v" });
        seen.Fold(new ConnectRecords(0, [Row(3, 250, 251, 0)]) { Variant = "v" });
        Assert.Equal(
            [
                new(0, At(0), At(0), At(1)), new(1, At(50), At(61), At(84)),

                // The first SYN of one that took a second was not answered, and nobody knows when one that waits will be.
                new(2, At(100), At(100), null), new(3, At(150), At(151), null),
            ],
            seen.Of("v", 0, index => At(50 * index)));
    }

    [Fact]
    public void OfALoadWithoutRecordsThereIsNone()
    {
        var seen = new ConnectsSeen();
        seen.Fold(new ConnectRecords(0, [Row(0, 100, 100, 101)]));
        Assert.Empty(seen.Of("", 1, _ => Nanoseconds.Zero));
        Assert.Empty(seen.Of("other", 0, _ => Nanoseconds.Zero));
        Assert.Single(seen.Of("", 0, _ => Nanoseconds.Zero));
    }

    // In shape churn nobody planned when a connect is made, and after 20,000 of a run they are only counted, each 10 ms.
    [Fact]
    public void OfAChurnTheConnectsThatWereOnlyCountedAreSpreadOverTheTimeInWhichTheyWere()
    {
        var seen = new ConnectsSeen();
        seen.Fold(new ConnectRecords(0, [Row(0, 100, 100, 101), Row(1, 104, 104, 105)]));
        seen.Fold(Counted(110, 3));
        seen.Fold(Counted(120, 2));
        seen.Fold(new ConnectRecords(0, [Row(4, 118, 118, 119)]));
        Assert.Equal(
            [
                new(0, At(0), At(0), At(1)), new(2, At(0), At(0), null), new(1, At(4), At(4), At(5)), new(3, At(10), At(10), null),
                new(4, At(18), At(18), At(19)),
            ],
            seen.Of("", 0, null));
        Assert.Equal(3, seen.Of("", 0, index => At(4 * index)).Length);
    }

    private static ConnectsCounted Counted(long ms, long attempted) =>
        new(0, 0, 0, attempted, attempted, attempted, [], new LatencyHistogram(), new LatencyHistogram()) { T = At(ms) };

    private static Nanoseconds At(long ms) => new(ms * Ms);

    private static ConnectRecord Row(long index, long intended, long actual, long end) =>
        new(0, index, intended * Ms, actual * Ms, end * Ms, end == 0 ? ConnectOutcome.Pending : ConnectOutcome.Established, default);
}
