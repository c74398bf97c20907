using LoadLab.Judging.Diagnoses;

namespace LoadLab.Judging.Tests.Diagnoses;

/// <summary>Packets that listeners did not take, told apart; figures as seen on 6.18.</summary>
public sealed class DropFactsTests
{
    [Fact]
    public void WithoutListenDropsNothingIsSaid() => Assert.Null(DropFacts.Of(_ => null, new DropWitnesses()));

    [Fact]
    public void ASynCountsOnceInSkDropsAndAFinalAckTwice()
    {
        var drops = Of(new DropWitnesses { SkDrops = 10, UnansweredSyns = 4 }, ("ListenOverflows", 7), ("ListenDrops", 7));
        Assert.Equal((4ul, 3ul, 0ul, 0ul, 0L), (drops.SynOverflows, drops.FinalAcks, drops.CookieAcks, drops.Unsplit, drops.Vanished));
    }

    [Fact]
    public void ResetsOfHalfOpenRequestsAreNoDrops()
    {
        var drops = Of(new DropWitnesses { SkDrops = 18, UnansweredSyns = 15 }, ("ListenOverflows", 15), ("ListenDrops", 15), ("EmbryonicRsts", 3));
        Assert.Equal((15ul, 0ul, 3ul), (drops.SynOverflows, drops.FinalAcks, drops.HalfOpenResets));
    }

    [Fact]
    public void BareAcksUnderDeferAcceptAreNoDrops() =>
        Assert.Equal(0ul, Of(new DropWitnesses { SkDrops = 20 }, ("ListenOverflows", 5), ("ListenDrops", 5), ("TCPDeferAcceptDrop", 15)).FinalAcks);

    [Fact]
    public void FinalAcksOfCookiesAreToldBySynsThatWereAnswered()
    {
        var drops = Of(new DropWitnesses { SkDrops = 30, UnansweredSyns = 0, SawHalfOpen = false, AlwaysCookies = true, DataOverflows = 15 },
            ("ListenOverflows", 30), ("ListenDrops", 30), ("SyncookiesSent", 20), ("TCPReqQFullDoCookies", 20));
        Assert.Equal((0ul, 0ul, 30ul, 15ul), (drops.SynOverflows, drops.FinalAcks, drops.CookieAcks, drops.CookieData));
        Assert.Equal((0ul, 20ul), (drops.Cookies, drops.CookiesAlways));
    }

    [Fact]
    public void SynsThatMeetAFullAcceptQueueInCookieModeAreNoFinalAcks() =>
        Assert.Equal((15ul, 0ul), Both(Of(new DropWitnesses { SkDrops = 15, UnansweredSyns = 15, SawHalfOpen = false, AlwaysCookies = true },
            ("ListenOverflows", 15), ("ListenDrops", 15), ("SyncookiesSent", 5), ("TCPReqQFullDoCookies", 20))));

    [Fact]
    public void WithoutSkDropsAndWithoutACountOfSynsOverflowsStayTogether()
    {
        var drops = Of(new DropWitnesses(), ("ListenOverflows", 3), ("ListenDrops", 3));
        Assert.Equal((0ul, 0ul, 3ul), (drops.SynOverflows, drops.FinalAcks, drops.Unsplit));
    }

    [Fact]
    public void WithoutHalfOpenRequestsEveryOverflowIsASyn() =>
        Assert.Equal((3ul, 0ul), Both(Of(new DropWitnesses { SawHalfOpen = false }, ("ListenOverflows", 3), ("ListenDrops", 3))));

    [Fact]
    public void SynsWithoutAnswerThatNoListenerDroppedHaveVanished()
    {
        Assert.Equal(50, Of(new DropWitnesses { SkDrops = 0, UnansweredSyns = 50, SawHalfOpen = false }, ("ListenDrops", 0)).Vanished);
        Assert.Equal(8, Of(new DropWitnesses { SkDrops = 12, UnansweredSyns = 20, SawHalfOpen = false }, ("ListenOverflows", 7), ("ListenDrops", 12),
            ("TCPReqQFullDrop", 5)).Vanished);
    }

    [Fact]
    public void AFinalAckThatIsResetIsToldFromAResetOfTheClient()
    {
        var drops = Of(new DropWitnesses { SkDrops = 4, Aborts = true }, ("ListenOverflows", 2), ("ListenDrops", 2), ("EmbryonicRsts", 2));
        Assert.Equal((2ul, 2ul, 0ul), (drops.FinalAcks, drops.Aborted, drops.HalfOpenResets));
        var withOthers = Of(new DropWitnesses { SkDrops = 7, Aborts = true, ResetsSent = 3 }, ("ListenOverflows", 2), ("ListenDrops", 2), ("EmbryonicRsts", 5));
        Assert.Equal((2ul, 2ul, 3ul), (withOthers.FinalAcks, withOthers.Aborted, withOthers.HalfOpenResets));
    }

    [Theory]
    [InlineData(true, 3ul, 0ul)]
    [InlineData(false, 0ul, 3ul)]
    public void DropsWithoutACounterAreTheLastQuarterOnlyWithCookiesOff(bool off, ulong lastQuarter, ulong unnamed)
    {
        var drops = Of(new DropWitnesses { SkDrops = 3, CookiesOff = off }, ("ListenDrops", 3));
        Assert.Equal((lastQuarter, unnamed), (drops.LastQuarter, drops.Unnamed));
    }

    private static (ulong Syns, ulong FinalAcks) Both(DropFacts drops) => (drops.SynOverflows, drops.FinalAcks + drops.CookieAcks);

    private static DropFacts Of(DropWitnesses seen, params (string Name, ulong Value)[] counters) =>
        DropFacts.Of(counter => counters.FirstOrDefault(one => $"TcpExt.{one.Name}" == counter.Name).Value, seen)!;
}
