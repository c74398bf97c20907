using FsCheck;
using FsCheck.Fluent;
using LoadLab.Model;

namespace LoadLab.Planning.Tests;

/// <summary>The schedules against what was measured on live kernels: 6.18 at 250 ticks a second, and 6.1 in user mode at 100.</summary>
public sealed class RetransmitRuleTests
{
    // A captured packet is stamped a little after the timer fired, and errno is seen when the process is scheduled.
    private const double SeenLaterBy = 0.05;

    // The packets came from a script on a busy machine: its handshakes took up to 70 ms.
    private static readonly Nanoseconds SlowHandshake = Nanoseconds.FromMilliseconds(70);

    [Theory]
    [InlineData(6, 4, 120, 0, "0,1,2,3,4,5,7,11,19,35,67", 131)]
    [InlineData(6, 0, 120, 0, "0,1,3,7,15,31,63", 127)]
    [InlineData(6, 4, 2, 0, "0,1,2,3,4,5,7,9,11", 13)]
    [InlineData(1, 4, 120, 0, "0,1,2", 3)]
    [InlineData(2, 4, 120, 0, "0,1,2,3,4,5", 7)]
    [InlineData(1, 0, 120, 0, "0,1", 3)]
    [InlineData(2, 4, 1, 0, "0,1,2", 3)]
    [InlineData(3, 0, 1, 0, "0,1,2,3", 4)]
    [InlineData(3, 0, 2, 0, "0,1,3,5", 7)]
    [InlineData(6, 4, 120, 2.5, "0,1,2", 2.5)]
    [InlineData(6, 0, 120, 2.5, "0,1", 2.5)]
    [InlineData(6, 4, 120, 0.5, "0,1", 1)]
    public void SynScheduleIsTheMeasuredOne(int retries, int linear, double longest, double userTimeout, string sent, double givenUp)
    {
        var schedule = SynSchedule.Of(retries, linear, Nanoseconds.FromSeconds(longest), Nanoseconds.FromSeconds(userTimeout));
        Assert.Equal(sent, string.Join(',', schedule.Earliest.Select(moment => moment.Seconds)));
        Assert.Equal(givenUp, schedule.GiveUpEarliest.Seconds, 3);
        Assert.True(schedule.IsSure);
    }

    [Theory]
    [InlineData(6, 4, 120, 0, "0 1.026 2.1 3.1 4.1 5.1 7.1 11.2 19.4 35.5 69.3", 134.8)]
    [InlineData(6, 4, 120, 2.5, "0 1.013 2.037", 2.5285)]
    [InlineData(6, 4, 120, 0.5, "0 1.031", 1.0386)]
    [InlineData(1, 4, 120, 0, "0 1.026 2.046", 3.1152)]
    [InlineData(3, 0, 1, 0, "0 1.009 2.033 3.061", 4.1208)]
    [InlineData(2, 0, 120, 0, "0 1.022 3.038", 7.2341)]
    public void MeasuredSynsLieInTheWindows(int retries, int linear, double longest, double userTimeout, string seen, double givenUp) =>
        LiesWithin(SynSchedule.Of(retries, linear, Nanoseconds.FromSeconds(longest), Nanoseconds.FromSeconds(userTimeout)), seen, givenUp);

    [Theory]
    [InlineData("tcp_retries2=1 tcp_early_retrans=0", 0, "0 0.214 0.65", 1.5205)]
    [InlineData("tcp_retries2=3 tcp_early_retrans=0", 0, "0 0.226 0.682 1.581", 3.4176)]
    [InlineData("tcp_retries2=3", 0, "0 0.226 0.454 0.918 1.846", 4.3977)]
    [InlineData("tcp_retries2=3", 0, "0 0.21 0.424 0.85 1.714 3.41", 6.9338)]
    [InlineData("tcp_retries2=2", 0, "0 0.283 0.575 1.119", 2.2475)]
    [InlineData("", 1, "0 0.242 0.486 1.002", 1.5139)]
    [InlineData("tcp_early_retrans=0", 0.3, "0 0.229", 0.5491)]
    [InlineData("tcp_early_retrans=0", 3, "0 0.227 0.692 1.62", 3.2808)]
    [InlineData("tcp_early_retrans=0 tcp_retries2=3 tcp_rto_max_ms=1000", 0, "0 0.207 0.624 1.455 2.479", 3.5036)]
    [InlineData("tcp_retries2=3 tcp_rto_max_ms=1000", 0, "0 0.248 0.496 0.988 1.98", 3.0077)]
    [InlineData("tcp_retries2=1 tcp_rto_min_us=50000 tcp_early_retrans=0", 0, "0 0.064 0.18 0.412", 0.9002)]
    public void MeasuredDataLiesInTheWindows(string sysctls, double userTimeout, string seen, double givenUp) =>
        LiesWithin(DataSchedule.Of(new EstablishedSocket(SlowHandshake, HasSack: true) { UserTimeout = Nanoseconds.FromSeconds(userTimeout) },
            Sysctls(sysctls)), seen, givenUp);

    [Theory]
    [InlineData("tcp_orphan_retries=1", "0 0.239 0.479 0.979", 1.99)]
    [InlineData("tcp_orphan_retries=2", "0 0.217 0.441 0.901 1.793", 3.7703)]
    [InlineData("tcp_orphan_retries=2 tcp_early_retrans=0", "0 0.208 0.636 1.468", 3.4943)]
    [InlineData("tcp_orphan_retries=3 tcp_early_retrans=0", "0 0.216 0.652 1.516", 4.7258)]
    [InlineData("tcp_orphan_retries=0 tcp_early_retrans=0 tcp_rto_max_ms=1000", "0 0.22 0.656 1.552", 2.6119)]
    [InlineData("tcp_orphan_retries=5 tcp_early_retrans=0 tcp_rto_max_ms=1000", "0 0.212 0.652 1.484 2.508 3.532 4.552", 5.5902)]
    public void MeasuredFinsOfOrphansLieInTheWindows(string sysctls, string seen, double gone) =>
        LiesWithin(DataSchedule.Of(new EstablishedSocket(SlowHandshake, HasSack: true) { IsOrphan = true }, Sysctls(sysctls)), seen, gone);

    [Fact]
    public void ProbeStandsWhereTheFirstTimeoutWouldAndDoublesNothing()
    {
        var fast = new EstablishedSocket(Nanoseconds.Zero, HasSack: true);
        Assert.Equal([0, 0.2, 0.4, 0.8], Moments(DataSchedule.Of(fast, Sysctls("tcp_retries2=1"))));
        Assert.Equal([0, 0.2, 0.6], Moments(DataSchedule.Of(fast, Sysctls("tcp_retries2=1 tcp_early_retrans=0"))));
        Assert.Equal([0, 0.2, 0.6], Moments(DataSchedule.Of(fast with { HasSack = false }, Sysctls("tcp_retries2=1"))));
    }

    [Fact]
    public void ALongHandshakeCostsRetransmissionsSinceRetries2IsATime()
    {
        // Measured on 6.1: a handshake of 96 ms, so a time-out of 300 ms, and one retransmission where others have two.
        var slow = DataSchedule.Of(new EstablishedSocket(Nanoseconds.FromMilliseconds(96), HasSack: false), Sysctls("tcp_retries2=1"));
        Assert.Equal((2, 3), (slow.SureSends, slow.Earliest.Length));
        Assert.False(slow.IsSure);
        Assert.InRange(0.913, slow.GiveUpEarliest.Seconds, slow.GiveUpLatest.Seconds);
    }

    [Fact]
    public void OrphanWithNoRetriesOfItsOwnGetsEight() =>
        Assert.Equal(
            Moments(DataSchedule.Of(new EstablishedSocket(Nanoseconds.Zero, HasSack: false) { IsOrphan = true }, Sysctls("tcp_orphan_retries=8"))),
            Moments(DataSchedule.Of(new EstablishedSocket(Nanoseconds.Zero, HasSack: false) { IsOrphan = true }, _ => null)));

    [Fact]
    public void SynAckScheduleIsTheMeasuredOne()
    {
        Assert.Equal([0, 1, 3, 7, 15, 31], Moments(SynAckSchedule.Of(_ => null)));
        Assert.Equal(63, SynAckSchedule.Of(_ => null).GiveUpEarliest.Seconds);
        LiesWithin(SynAckSchedule.Of(5), "0 1.026 3.042 7.266 15.458", null);
        LiesWithin(SynAckSchedule.Of(Sysctls("tcp_synack_retries=3 tcp_rto_max_ms=2000")), "0 1.003 3.019 7.247", null);
    }

    [Theory]
    [InlineData(5, 4, 0, 4, 5)]
    [InlineData(5, 8, 0, 16, 5)]
    [InlineData(5, 16, 0, 16, 2)]
    [InlineData(5, 16, 16, 16, 5)]
    [InlineData(5, 16, 4, 16, 3)]
    [InlineData(1, 16, 0, 16, 1)]
    public void OldRequestsOfACrowdedQueueGetFewerSynAcks(int retries, long halfOpen, long young, long backlog, int expected) =>
        Assert.Equal(expected, SynAckSchedule.RetriesWhenCrowded(retries, halfOpen, young, backlog));

    [Fact]
    public void KernelsBefore65HaveNoLinearTimeouts()
    {
        Assert.Equal(7, SynSchedule.Of(KernelVersion.Parse("6.4.0"), _ => null).Earliest.Length);
        Assert.Equal(11, SynSchedule.Of(KernelVersion.Parse("6.5.0"), _ => null).Earliest.Length);
    }

    [Fact]
    public void OptionsOfTheSocketWinOverSysctls()
    {
        var swarm = new SwarmSpec { SynCount = 3, RtoMax = Nanoseconds.FromSeconds(1) };
        Assert.Equal([0, 1, 2, 3], Moments(SynSchedule.Of(KernelVersion.Parse("6.18.0"),
            Sysctls("tcp_syn_retries=1 tcp_syn_linear_timeouts=0 tcp_rto_max_ms=2000"), swarm)));
    }

    [Theory]
    [InlineData(15, 924.6)]
    [InlineData(3, 3)]
    [InlineData(1, 0.6)]
    public void RetriesAreATimeOfDoublingsFrom200Milliseconds(int retries, double seconds) =>
        Assert.Equal(seconds, ModelTimeout.Of(retries, ModelTimeout.EstablishedBase, Nanoseconds.FromSeconds(120)).Seconds, 6);

    [Fact]
    public void EveryScheduleIsInOrderAndItsWindowsAreOpen() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, 16)), Arb.From(Gen.Choose(0, 200)), Arb.From(Gen.Choose(0, 8000)), (retries, handshakeMs, userTimeoutMs) =>
            new[] { true, false }.All(orphan => new[] { 1.0, 3, 120 }.All(longest =>
            {
                var socket = new EstablishedSocket(Nanoseconds.FromMilliseconds(handshakeMs), HasSack: handshakeMs % 2 == 0)
                {
                    IsOrphan = orphan,
                    RtoMax = Nanoseconds.FromSeconds(longest),
                    UserTimeout = Nanoseconds.FromMilliseconds(userTimeoutMs < 4000 ? 0 : userTimeoutMs - 4000),
                };
                return IsSound(DataSchedule.Of(socket, name => name is "net.ipv4.tcp_retries2" or "net.ipv4.tcp_orphan_retries" ? retries : null));
            }))).QuickCheckThrowOnFailure();

    [Fact]
    public void MoreRetriesNeverMeanFewerSyns() =>
        Prop.ForAll(Arb.From(Gen.Choose(1, 20)), Arb.From(Gen.Choose(0, 8)), Arb.From(Gen.Choose(1, 120)), (retries, linear, longest) =>
        {
            var fewer = SynSchedule.Of(retries, linear, Nanoseconds.FromSeconds(longest), Nanoseconds.Zero);
            var more = SynSchedule.Of(retries + 1, linear, Nanoseconds.FromSeconds(longest), Nanoseconds.Zero);
            return IsSound(fewer) && fewer.SureSends <= more.SureSends && fewer.GiveUpEarliest <= more.GiveUpEarliest
                && fewer.Earliest.Length <= retries + linear + 1;
        }).QuickCheckThrowOnFailure();

    private static bool IsSound(RetransmitSchedule schedule)
    {
        var windows = schedule.Earliest.Zip(schedule.Latest).ToList();
        return schedule.SureSends <= schedule.Earliest.Length
            && schedule.Latest.Length == schedule.Earliest.Length
            && windows.TrueForAll(window => window.First <= window.Second)
            && schedule.Earliest.Zip(schedule.Earliest.Skip(1)).All(pair => pair.First < pair.Second)
            && schedule.GiveUpEarliest <= schedule.GiveUpLatest
            && schedule.Earliest[schedule.SureSends - 1] < schedule.GiveUpEarliest
            && schedule.Latest[^1] < schedule.GiveUpLatest
            && windows.Index().All(window => schedule.SentBy(window.Item.First).Max > window.Index
                && schedule.SentBy(window.Item.Second).Min >= Math.Min(window.Index + 1, schedule.SureSends));
    }

    private static void LiesWithin(RetransmitSchedule schedule, string seen, double? givenUp)
    {
        double[] moments = [.. seen.Split(' ').Select(double.Parse)];
        Assert.InRange(moments.Length, givenUp is null ? 1 : schedule.SureSends, schedule.Earliest.Length);
        Assert.All(moments.Index(), step => Assert.InRange(step.Item, schedule.Earliest[step.Index].Seconds,
            schedule.Latest[step.Index].Seconds + SeenLaterBy));
        Assert.InRange(givenUp ?? schedule.GiveUpEarliest.Seconds, schedule.GiveUpEarliest.Seconds, schedule.GiveUpLatest.Seconds + SeenLaterBy);
    }

    private static double[] Moments(RetransmitSchedule schedule) => [.. schedule.Earliest.Select(moment => Math.Round(moment.Seconds, 6))];

    private static Func<string, long?> Sysctls(string text)
    {
        var values = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .ToDictionary(pair => "net.ipv4." + pair[0], pair => long.Parse(pair[1]));
        return name => values.TryGetValue(name, out var value) ? value : null;
    }
}
