using LoadLab.Model;
using LoadLab.Planning.Checks;
using LoadLab.Planning.Yaml;

namespace LoadLab.Planning.Predictions;

/// <summary>Puts numbers into expectations.</summary>
internal static class ExpectationPlan
{
    private const string TimingReason = "timers fire within a window and phases last a little longer than asked; the earliest and the latest give the range";

    /// <summary>Which kernel code is behind what a witness says, for values that the scenario states itself.</summary>
    private static readonly (string Part, string Source)[] Sources =
    [
        ("live-backlog", "net/socket.c __sys_listen (sk_max_ack_backlog)"),
        ("room-at-first-drop", "net/core/sock_reuseport.c reuseport_select_sock"),
        ("drops", "net/ipv4/tcp_input.c tcp_conn_request; include/net/tcp.h tcp_listendrop"),
        ("accept-queue", "include/net/sock.h sk_acceptq_added, sk_acceptq_removed"),
        ("end-of-stream", "net/ipv4/tcp.c tcp_recvmsg_locked"),
        ("ENFILE", Rules.FileLimit.KernelSource),
        ("errno", "net/ipv4/tcp_input.c tcp_reset; net/ipv4/tcp.c tcp_recvmsg_locked"),
        ("sock_diag.client", "net/ipv4/inet_diag.c inet_diag_dump_icsk; net/ipv4/tcp.c tcp_set_state"),
        ("sock_diag.server", "net/ipv4/inet_diag.c inet_diag_dump_icsk; net/ipv4/tcp.c tcp_set_state"),
        ("packets.retransmits", "net/ipv4/tcp_output.c __tcp_retransmit_skb, tcp_rtx_synack"),
        ("synack-retransmits", "net/ipv4/inet_diag.c inet_req_diag_fill (num_retrans); net/ipv4/tcp_output.c tcp_rtx_synack"),
        ("packets.schedule.SYN-ACK", "net/ipv4/inet_connection_sock.c reqsk_timer_handler"),
        ("packets.schedule", "net/ipv4/tcp_timer.c tcp_retransmit_timer"),
        ("file-nr", Rules.FileLimit.KernelSource),
        ("kernel-log.file-max", Rules.FileLimit.KernelSource),
        ("off-step", SynSchedule),
        ("syn", SynSchedule),
        ("", "net/ipv4/tcp_input.c tcp_conn_request"),
    ];

    private const string SynSchedule = Rules.SynSchedule.KernelSource;

    /// <summary>The expectation with its numbers; null and an error when no rule gives them.</summary>
    public static PlannedExpectation? Resolve(Expectation expectation, PredictionList predictions, PlanCheck check)
    {
        var scenario = check.Scenario;
        var at = new Place(scenario.Path, expectation.Line);
        string[] phases = [.. scenario.Phases.Select(phase => phase.Name)];
        var witnessUnit = WitnessNames.UnitOf(expectation.Witnesses[0]) ?? "connections";
        if (!PredictedFormula.TryParse(expectation.Predicted, phases, out var formula, out var wrong))
        {
            check.Error(at, $"expectation '{expectation.Id}': {wrong}");
            return null;
        }

        var prediction = formula.Name is null ? null : predictions.Find(formula.Name);
        if (formula.Name is not null && prediction is null)
        {
            LeaveOut(expectation, formula.Name, predictions, check, at);
            return null;
        }

        var unit = prediction?.Unit ?? witnessUnit;
        if ((unit == "s" || formula.IsTime) != (witnessUnit == "s"))
        {
            check.Error(at, $"expectation '{expectation.Id}' compares {expectation.Predicted} ({(formula.IsTime ? "s" : unit)}) with {expectation.Witnesses[0]} ({witnessUnit}); one is a time and the other is none");
            return null;
        }

        var stated = formula.Literal;
        var exact = prediction is null ? stated : new PredictedRange(Math.Max(0, prediction.Range.Low + stated.Low), Math.Max(0, prediction.Range.High + stated.High));
        var range = expectation.Within is not null && Tolerance.TryParse(expectation.Within, out var tolerance) ? tolerance.Widen(exact, unit != "s") : exact;
        return new PlannedExpectation
        {
            Id = expectation.Id,
            Claim = expectation.Claim,
            Predicted = range,
            Unit = unit,
            Witnesses = expectation.Witnesses,
            WitnessesMustAgree = unit is not ("s" or WitnessNames.Times),
            DependsOnTime = expectation.DependsOnTime || prediction is { DependsOnTime: true },
            Because = expectation.Because ?? (range.IsExact ? null : TimingReason),
            Rule = prediction is null ? $"the scenario states {expectation.Predicted}" : stated.Low == 0 ? prediction.Rule : $"{expectation.Predicted}; {prediction.Rule}",
            KernelSource = expectation.KernelSource ?? prediction?.KernelSource ?? Array.Find(Sources, source => expectation.Witnesses[0].Contains(source.Part, StringComparison.Ordinal)).Source,
            Place = $"{PlaceName(scenario)}:{expectation.Line}",
        };
    }

    /// <summary>An author's mistake is refused; a command line that goes where no rule does is not, and the run says what it could not foretell.</summary>
    private static void LeaveOut(Expectation expectation, string prediction, PredictionList predictions, PlanCheck check, Place at)
    {
        if (check.IsOverridden)
        {
            check.Note($"expectation '{expectation.Id}' is left out: with these settings '{prediction}' cannot be predicted ({predictions.WhyNoOthers})");
        }
        else
        {
            check.Error(at, $"expectation '{expectation.Id}' needs the prediction '{prediction}', which cannot be made: {predictions.WhyNoOthers}");
        }
    }

    private static string PlaceName(Scenario scenario) => scenario.Name == scenario.Path ? scenario.Path : $"{scenario.Name}.yaml";
}
