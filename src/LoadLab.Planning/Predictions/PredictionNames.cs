namespace LoadLab.Planning.Predictions;

/// <summary>The names of what can be predicted.</summary>
internal static class PredictionNames
{
    /// <summary>Known once for a run.</summary>
    public static readonly string[] OfRun =
    [
        "connections", "backlog", "capacity", "listeners", "total-capacity", "first-overflow", "latency.p50", "latency.p90", "latency.p99", "latency.max",
        "smallest-backlog", "syn.give-up", "syn-ack.give-up", "data.give-up", "fin.give-up", "syn-queue.capacity", "half-open.expires", "ports", "file-max", "files-at-limit",
        "room.server", "room.swarm", "nofile.server", "nofile.swarm",
    ];

    /// <summary>Known at the run's end under this name, and as <c>name@phase</c> when that phase ended.</summary>
    public static readonly string[] OfPhase =
    [
        "established", "waiting", "queue", "drops", "accepted", "gave-up", "syn-retransmits", "live-backlog", "data-retransmits", "fin-retransmits", "timed-out", "timeouts", "unacknowledged", "overflows",
        "syn-queue.half-open", "syn-queue.drops", "syn-queue.full-drops", "syn-queue.full-do-cookies", "syn-queue.cookies", "syn-queue.cookies-returned", "syn-queue.expired",
        "syn-queue.timeouts", "syn-queue.syn-acks-again",
        "peer.flows", "peer.answered", "peer.unanswered", "peer.half-open", "peer.syn-acks", "peer.with-options", "peer.established", "peer.resets",
        "deferred", "listener-drops", "resets", "senders", "retransmits", "bytes-read", "defer-accept",
        "refused", "shed", "failed-accepts", "emptied", "without-port", "open", "time-wait", "time-wait-overflows",
    ];

    /// <summary>null when a prediction can have this name, else what is wrong with it.</summary>
    public static string? Problem(string name, IReadOnlyCollection<string> phases)
    {
        var at = name.LastIndexOf('@');
        var stem = at < 0 ? name : name[..at];
        string[] known = at < 0 ? [.. OfRun, .. OfPhase] : OfPhase;
        if (!known.Contains(stem) && !(at < 0 && (IsStep(name) || IsProbe(name))))
        {
            return $"no prediction is called '{stem}'{(at < 0 ? "" : " at a phase's end")}; {Keys.NearestName.Hint(stem, known)}";
        }

        var phase = at < 0 ? null : name[(at + 1)..];
        return phase is null || phases.Contains(phase) ? null : $"no phase is called '{phase}'; {Keys.NearestName.Hint(phase, phases)}";
    }

    /// <summary>True for <c>probe.STEP.errno</c>, value, soft and hard.</summary>
    private static bool IsProbe(string name) => name.Split('.') is ["probe", _, "errno" or "value" or "soft" or "hard"];

    /// <summary>True for <c>syn.3</c>, <c>data.1</c>: a transmission of a schedule, 0 for the first.</summary>
    private static bool IsStep(string name) => name.Split('.') is ["syn" or "syn-ack" or "data" or "fin", var number] && int.TryParse(number, out var step) && step is >= 0 and < 256;
}
