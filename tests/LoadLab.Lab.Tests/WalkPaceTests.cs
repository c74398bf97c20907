using LoadLab.Model;

namespace LoadLab.Lab.Tests;

/// <summary>How often the table of connections is walked.</summary>
public sealed class WalkPaceTests
{
    private readonly WalkPace pace = new();

    [Fact]
    public void TheFirstWalkIsDueAtOnce() => Assert.True(pace.IsDue(Nanoseconds.Zero, 0));

    [Fact]
    public void AShortTableIsWalkedTenTimesASecond()
    {
        pace.Walked(Ms(0), Us(20), 10, 5);
        Assert.False(pace.IsDue(Ms(99), 5));
        Assert.True(pace.IsDue(Ms(100), 5));
    }

    [Fact]
    public void ALongTableIsWalkedForTheThreeHundredthPartOfAProcessor()
    {
        pace.Walked(Ms(0), Us(10_000), 20_000, 10_000);
        Assert.False(pace.IsDue(Ms(2_999), 10_000));
        Assert.True(pace.IsDue(Ms(3_001), 10_000));
    }

    [Fact]
    public void ATableThatHasGrownIsNotWalkedForWhatItCostWhenItWasShort()
    {
        pace.Walked(Ms(0), Us(100), 200, 100);
        Assert.False(pace.IsDue(Ms(100), 10_100));
        Assert.True(pace.IsDue(Ms(1_531), 10_100));
        Assert.True(pace.IsDue(Ms(100), 100));
    }

    private static Nanoseconds Ms(long ms) => new(ms * 1_000_000);

    private static Nanoseconds Us(long us) => new(us * 1_000);
}
