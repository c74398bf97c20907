using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>One witness and what it said.</summary>
internal sealed record Testimony(WitnessTerm Term, Reading Reading);

/// <summary>Why a value that is not as predicted does not show that the kernel broke its rules: what disturbed the run can have made it.</summary>
internal static class Doubts
{
    // The first that applies is said.
    private static readonly Func<VariantEvidence, PlannedExpectation, Testimony[], string?>[] Rows =
    [
        (_, expectation, _) => expectation.NotAsStated,

        (_, expectation, _) => expectation.OpenWhenReplayed is { } open ? $"with the delays of this run the rules leave it open: {open}" : null,

        (_, expectation, outside) => Array.ConvertAll(outside, one => expectation.ReplayedWitnesses.GetValueOrDefault(one.Term)?.Open) is var open
            && Array.TrueForAll(open, why => why is not null) ? $"with the delays of this run the rules leave it open: {open[0]}" : null,

        (evidence, _, outside) => outside.All(one => evidence.MayBeLate(one.Term))
            ? "the sampler was late, so this may be the sampler's moment and not the kernel's" : null,

        (evidence, expectation, outside) => !HasReplayDecided(evidence, expectation) && expectation.DependsOnTime
            && First(outside, one => evidence.LateBy(one.Term)) is { } by
            ? $"the harness was delayed by {by}, so this may be what the kernel did meanwhile; run it again on a machine with less to do" : null,

        (evidence, expectation, outside) => !HasReplayDecided(evidence, expectation)
            && First(outside, one => evidence.StoodStill(one.Term, expectation.DependsOnTime)) is { } gap
            ? $"the {EnumWords<Role>.Of(gap.Role)}'s process stood still for {gap.Lasted}, so this may be what the kernel did meanwhile; run it again "
                + $"on a machine with less to do"
            : null,

        (evidence, expectation, outside) => expectation.Unit == Units.Seconds
            && outside.All(one => Excess(expectation, one) is { } excess && excess <= (decimal)evidence.GapsTogether(one.Term).Seconds)
            ? $"the harness was delayed by up to {outside.Max(one => evidence.GapsTogether(one.Term))} on the way to this moment; run it again on a machine "
                + $"with less to do"
            : null,

        (evidence, expectation, outside) => outside.Max(one => evidence.DroppedBeforeTcp(one.Term)) is > 0 and var dropped
            && outside.All(one => CouldExplain(dropped, expectation, one)) ? LostBeforeTcp(dropped) : null,

        (evidence, expectation, outside) => outside.Max(one => evidence.ResetAfterClose(one.Term)) is > 0 and var resets
            && expectation.Unit is Units.Packets or Units.Connections or Units.Ports && outside.All(one => Excess(expectation, one) <= resets)
            ? ResetLate(resets) : null,
    ];

    /// <summary>The reason why values outside of the prediction decide nothing; null when they do.</summary>
    public static string? Of(VariantEvidence evidence, PlannedExpectation expectation, Testimony[] outside) =>
        Rows.Select(row => row(evidence, expectation, outside)).FirstOrDefault(why => why is not null);

    /// <summary>The reason why a difference between witnesses decides nothing; null when it does.</summary>
    public static string? OfDifference(VariantEvidence evidence, Testimony[] seen)
    {
        // A SYN that was lost is one that its client counts and the listener does not; neither the listener nor a tap on what is received has seen it.
        decimal[] values = [.. seen.Select(one => one.Reading.Value).OfType<decimal>()];
        var difference = values.Max() - values.Min();
        return seen.Max(one => evidence.DroppedBeforeTcp(one.Term)) is > 0 and var lost && difference <= lost ? LostBeforeTcp(lost)
            : seen.Max(one => evidence.ResetAfterClose(one.Term)) is > 0 and var resets && difference <= resets ? ResetLate(resets)
            : null;
    }

    // A replay had connects, accepts and phases as they were. A kernel in user space stands still with its host: its timers are late, which no record says.
    private static bool HasReplayDecided(VariantEvidence evidence, PlannedExpectation expectation) =>
        expectation.IsReplayed && !SandboxTraits.Of(evidence.Planned.Declared.Sandbox).HasOwnKernel;

    private static T? First<T>(Testimony[] outside, Func<Testimony, T?> find)
        where T : struct => outside.Select(find).FirstOrDefault(found => found is not null);

    private static string LostBeforeTcp(ulong packets) =>
        $"this machine dropped {TextFormat.Count(packets, "packet")} before TCP got them, since a processor's queue of received packets was full "
            + $"(net.core.netdev_max_backlog, /proc/net/softnet_stat)";

    private static string ResetLate(long connections) =>
        $"{TextFormat.Count(connections, "connection")} got a reset after both FINs had been acknowledged, which removes a TIME-WAIT (RFC 1337); with several "
            + $"processors the kernel can send one late";

    private static bool CouldExplain(ulong lostPackets, PlannedExpectation expectation, Testimony one) => MostChangedBy(expectation.Unit) is not { } each
        || Excess(expectation, one) is not { } excess
        || excess <= lostPackets * each;

    // How far a value is outside of the predicted range; null when the witness says no number.
    private static decimal? Excess(PlannedExpectation expectation, Testimony one) => one.Reading.Value is { } value
        ? Math.Max(expectation.Predicted.Low - value, value - expectation.Predicted.High)
        : null;

    // A lost packet is one connection's, and so one socket's and one port's. It is retransmitted tcp_retries2 times (15) at most, and no packet of loopback
    // holds more than 64 kB.
    // What it costs in time, and in calls that depend on time, has no bound here.
    private static decimal? MostChangedBy(string unit) => unit switch
    {
        Units.Connections or Units.Descriptors or Units.Files or Units.Ports => 1,
        Units.Packets => 16,
        Units.Bytes => 65_536,
        _ => null,
    };
}
