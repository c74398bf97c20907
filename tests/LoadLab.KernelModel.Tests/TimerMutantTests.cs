using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

/// <summary>Wrong timers, each of which a measured run must catch: 6.18 at 250 ticks a second, 6.1 at 100.</summary>
public class TimerMutantTests
{
    // Most of the moments were written down in tenths of a second.
    private const double Rounding = 0.05;
    private static readonly double[] SynSeen = [0, 1.026, 2.1, 3.1, 4.1, 5.1, 7.1, 11.2, 19.4, 35.5, 69.3, 134.8];
    private static readonly double[] DataSeen = [0.214, 0.650, 1.52];
    private static readonly double[] ProbedSeen = [0.242, 0.486, 1.002, 1.514];

    private static readonly Dictionary<string, bool> Mutants = new()
    {
        ["a SYN schedule one step short"] = Syn(retries: 5, linear: 4, longest: 120, ticks: 250),
        ["no linear time-outs"] = Syn(retries: 6, linear: 0, longest: 120, ticks: 250),
        ["one linear time-out too many"] = Syn(retries: 6, linear: 5, longest: 120, ticks: 250),
        ["no step longer than 20 s"] = Syn(retries: 6, linear: 4, longest: 20, ticks: 250),
        ["another kernel's ticks"] = FirstStep(1.080, ticks: 250),
        ["retries2 as a count"] = Data(retries: "2", hasLossProbe: false, userTimeout: 0, DataSeen),
        ["a probe where SACK is off"] = Data(retries: "1", hasLossProbe: true, userTimeout: 0, DataSeen),
        ["no tail loss probe"] = Data(retries: "15", hasLossProbe: false, userTimeout: 1, ProbedSeen),
        ["TCP_USER_TIMEOUT ignored"] = Data(retries: "15", hasLossProbe: true, userTimeout: 0, ProbedSeen),
        ["keepalive with data in flight"] = KeepaliveEnds(isInFlight: false),
    };

    public static TheoryData<string> Names => [.. Mutants.Keys];

    [Fact]
    public void RightTimersAreAsMeasured()
    {
        Assert.True(Syn(retries: 6, linear: 4, longest: 120, ticks: 250));
        Assert.True(FirstStep(1.080, ticks: 100));
        Assert.True(Data(retries: "1", hasLossProbe: false, userTimeout: 0, DataSeen));
        Assert.True(Data(retries: "15", hasLossProbe: true, userTimeout: 1, ProbedSeen));
        Assert.True(KeepaliveEnds(isInFlight: true));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void MutantIsCaught(string mutant) => Assert.False(Mutants[mutant]);

    private static bool Syn(int retries, int linear, double longest, int ticks)
    {
        var schedule = SynSchedule.Of(retries, linear, Nanoseconds.FromSeconds(longest), Nanoseconds.Zero, ticks);
        return schedule.Earliest.Length == SynSeen.Length - 1
            && schedule.Earliest.Zip(schedule.Latest).Append((schedule.GiveUpEarliest, schedule.GiveUpLatest)).Zip(SynSeen)
            .All(one => one.First.Item1.Seconds <= one.Second && one.Second <= one.First.Item2.Seconds + Rounding);
    }

    private static bool FirstStep(double seen, int ticks) => seen <= TimerWheel.Latest(Nanoseconds.FromSeconds(1), ticks).Seconds;

    // The retransmissions of one segment, and when it was given up: the wheel's freedom lies between the model and what was seen, the handshake took 5 and 32
    // ms.
    private static bool Data(string retries, bool hasLossProbe, double userTimeout, double[] seen)
    {
        var given = new GivenPorts("1024 2047", more: [("tcp_retries2", retries)]);
        var moments = new List<double>();
        var socket = new EstablishedSocket(default, hasLossProbe) { UserTimeout = Nanoseconds.FromSeconds(userTimeout) };
        var timer = new SegmentTimer(given.Timeline, given.State, socket, Nanoseconds.FromMilliseconds(seen[0] > 0.23 ? 32 : 5),
            () => moments.Add(given.Timeline.Now.Seconds), () => moments.Add(given.Timeline.Now.Seconds));
        timer.Start(1);
        given.Wait(20);
        return moments.Count == seen.Length && moments.Zip(seen).All(one => Math.Abs(one.First - one.Second) < (one.Second * 0.08) + 0.05);
    }

    // With a byte in flight a connection was seen to live on for 25 s; the model is asked what it is told.
    private static bool KeepaliveEnds(bool isInFlight)
    {
        var given = new GivenPorts("1024 2047");
        var isOver = false;
        new KeepaliveTimer(given.Timeline, Nanoseconds.FromSeconds(1), Nanoseconds.FromSeconds(1), 2, default, () => isInFlight, () => isOver = true).Start();
        given.Wait(25);
        return !isOver;
    }
}
