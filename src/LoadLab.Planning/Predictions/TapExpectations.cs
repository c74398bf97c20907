using LoadLab.Model;

namespace LoadLab.Planning.Predictions;

/// <summary>What every run with a packet tap is held to: that tap and counters, which share nothing, agree.</summary>
/// <remarks>
/// Only in a network namespace or kernel of the run's own: on the host the counters are the whole machine's, and a container has the right to a tap only where
/// it was given it. Only its timers' own: what the scripted peer repeats is no retransmission of any kernel.
/// Kernel: __tcp_retransmit_skb counts a SYN, data or FIN that is retransmitted, tcp_rtx_synack a SYN-ACK; both add to Tcp.RetransSegs, and for SYN and SYN-ACK
/// to TcpExt.TCPSynRetrans.
/// </remarks>
internal static class TapExpectations
{
    private const string Source = "net/ipv4/tcp_output.c __tcp_retransmit_skb, tcp_rtx_synack";
    private const string Rule = "each retransmitted segment is one more in Tcp.RetransSegs, and one of SYN or SYN-ACK also in TcpExt.TCPSynRetrans";
    private const string Reason = "how many there are is the run's affair; that both see the same number is not";

    /// <summary>Those of a scenario; none where there is no tap, or where the scenario has said them itself.</summary>
    public static IEnumerable<PlannedExpectation> Of(Scenario scenario, PredictionList predictions, LiveSysctls sysctls) =>
        scenario.Trace && SandboxTraits.Of(scenario.Sandbox).IsMadeByRun
            ? All(scenario, predictions, sysctls).Where(ours => !scenario.Expectations.Any(own => own.Id == ours.Id))
            : [];

    private static IEnumerable<PlannedExpectation> All(Scenario scenario, PredictionList predictions, LiveSysctls sysctls) =>
    [
        Predicted(Agree("tap-agrees", "Tap and kernel count the same retransmissions.", PacketWitnesses.Retransmits.Of(RetransmitKinds.All),
            KernelWitnesses.CounterDelta.Of(Counter.RetransSegs)), scenario, predictions, sysctls),
        Agree("tap-agrees-syn", "Tap and kernel count the same resent SYNs.",
            PacketWitnesses.Retransmits.Of(RetransmitKinds.Of(RetransmitKind.Syn, RetransmitKind.SynAck)), KernelWitnesses.CounterDelta.Of(Counter.SynRetrans)),
    ];

    // How many, where the rules tell and both witnesses are of that figure alone.
    private static PlannedExpectation Predicted(PlannedExpectation agree, Scenario scenario, PredictionList predictions, LiveSysctls sysctls)
    {
        var last = scenario.Phases.IsEmpty ? null : scenario.Phases[^1].Name;
        return last is null || predictions.Find(PhaseQuantities.Retransmits.At(null)) is not { } made
            || !agree.Witnesses.All(made.Quantity.Witnesses(Circumstances.Of(scenario, sysctls, last), null).Contains) ? agree : agree with
        {
            Predicted = made.Range,
            Quantity = made.Quantity,
            DependsOnTime = made.DependsOnTime,
            Because = made.Range.IsExact ? null : ExpectationPlan.TimingReason,
            Rule = $"{Rule}; {made.Rule}",
        };
    }

    private static PlannedExpectation Agree(string id, string claim, params WitnessTerm[] witnesses) => new()
    {
        Id = id,
        Claim = claim,
        Predicted = PredictedRange.AtLeast(0),
        Unit = Units.Packets,
        Witnesses = witnesses,
        WitnessesMustAgree = true,
        Because = Reason,
        Rule = Rule,
        KernelSource = Source,
        Place = "every run with a packet tap",
    };
}
