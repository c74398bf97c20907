using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>A variant in figures: what was asked, what the kernel made of it, what became of clients, queues and packets.</summary>
internal static class RunFigures
{
    public static void Write(IAnsiConsole console, VariantPlan planned, VariantResult result)
    {
        var grid = ReportParts.Labelled();
        foreach (var (index, asked) in SpecWords.Asked(planned.Declared).Index())
        {
            grid.Row(index == 0 ? "asked" : "", asked);
        }

        if (planned.Declared.IsSession)
        {
            console.Write(grid);
            return;
        }

        grid.Row("live", ReportParts.Live(planned, result.Queues.Accept));
        foreach (var (name, value) in planned.Declared.Sysctls)
        {
            grid.Row("", $"{name} = {result.Settings.GetValueOrDefault($"sysctl.{name}", value)}");
        }

        var connections = result.Connections;
        if (result.Peer is { } peer)
        {
            grid.Row("peer", $"{peer.Flows} flows: {peer.Answered} answered, {peer.HalfOpen} half-open, {peer.Resets} reset; {peer.SynAcks} SYN-ACKs received");
        }

        if (connections.Attempted > 0 || result.Peer is null)
        {
            var (established, failed, pending) = (connections.Established, connections.Failed, connections.Pending);
            grid.Row("clients", $"{connections.Attempted} tried: {established} established, {failed} failed, {pending} pending");
        }

        if (connections.Latency is { } latency)
        {
            (string Name, double Seconds)[] quantiles = [("p50", latency.P50S), ("p90", latency.P90S), ("p99", latency.P99S), ("max", latency.MaxS)];
            grid.Row("connect in", string.Join(", ", quantiles.Select(one => $"{one.Name} {SpecWords.Seconds(one.Seconds)}")));
        }

        foreach (var load in result.OwnTimes.IsDefault ? [] : result.OwnTimes.GroupBy(one => (one.Phase, one.IsFailed)))
        {
            var medians = string.Join(", ", load.Select(one => SpecWords.Seconds(one.P50S)));
            grid.Row("own time", $"{load.Key.Phase}{(load.Key.IsFailed ? ", failed" : "")}: median by tenth {medians}");
        }

        if (result.Queues.Syn.Peak is > 0 and var halfOpen)
        {
            grid.Row("SYN queue", $"peak {halfOpen}");
        }

        if (result.Queues.Accept.Peak is { } peak)
        {
            grid.Row("queue", $"peak {peak} of {result.Queues.Accept.Capacity}, at the end {result.Queues.Accept.Last}");
        }

        foreach (var (listener, index) in result.Queues.Accept.Listeners.Select((one, index) => (one, index)))
        {
            var drops = listener.Drops is { } count ? $", sk_drops {count}" : "";
            grid.Row(index == 0 ? "listeners" : "", $"peak {listener.Peak} of {listener.Limit + 1}, at the end {listener.Last}{drops}");
        }

        foreach (var phase in result.Phases.Where(phase => phase.ServerCpuS is not null && phase.ToS is not null))
        {
            var share = phase.ServerCpuS!.Value / Math.Max(0.001, phase.ToS!.Value - phase.FromS);
            var emptied = phase.QueueEmptiedS is { } after ? $", the accept queue empty after {SpecWords.Seconds(after)}" : "";
            grid.Row(
                "server",
                $"in {phase.Name}: {phase.ServerCpuS:0.00} s of processor time ({share:0 %} of one), "
                    + $"{phase.ServerDescriptors} descriptors open at its end{emptied}");
        }

        foreach (var (kind, resent) in result.Retransmits.Where(pair => pair.Value.Count > 0 && !pair.Value.ScheduleS.IsEmpty))
        {
            var whose = resent.Spread.IsDefaultOrEmpty ? "one client" : "median";
            var ranges = string.Join(", ", resent.PredictedS.IsDefaultOrEmpty ? [] : resent.PredictedS.Select(range => $"{range.Low:0.##}..{range.High:0.##}"));
            var predicted = ranges.Length == 0 ? "" : $"; predicted {ranges} s";
            var schedule = string.Join(", ", resent.ScheduleS.Select(at => $"{at:0.##}"));
            grid.Row("retransmit", $"{kind} after {schedule} s ({whose}{predicted}), {resent.Count} in all");
        }

        if (result.Packets is { } packets)
        {
            var lost = packets.Lost == 0 ? "none lost" : $"{packets.Lost} lost";
            var trace = packets.Trace is null ? "" : $"; {(packets.Traced == packets.Seen ? "all" : $"the first {packets.Traced}")} in {packets.Trace}";
            grid.Row("packets", $"{packets.Seen} seen, {lost}{trace}");
        }

        foreach (var error in result.Errors)
        {
            grid.Row("error", $"{EnumWords<Role>.Of(error.Role)} {error.Syscall}: {error.Errno.Name} x {error.Count}, {error.Errno.Sentence}");
        }

        grid.Row("drop path", result.DropPath.Sentence);
        console.Write(grid);
    }
}
