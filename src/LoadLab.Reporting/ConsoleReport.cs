using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>A run for people: what was asked, what the kernel made of it, what happened, what that means, where the artefacts are.</summary>
public static class ConsoleReport
{
    /// <summary>Writes it.</summary>
    /// <param name="console">See <see cref="ReportConsole"/>.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="run">The result.</param>
    /// <param name="folder">Where the artefacts are; null when there are none.</param>
    public static void Write(IAnsiConsole console, Plan plan, RunDocument run, string? folder)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(run);
        ReportParts.Heading(console, run.Scenario);
        console.Write(new Text(run.Claim));
        console.WriteLine();
        console.Write(new Text($"kernel {run.Kernel}, sandbox {EnumWords<SandboxKind>.Of(run.Sandbox)}, {run.DurationS:0.#} s", new Style(decoration: Decoration.Dim)));
        console.WriteLine();
        foreach (var result in run.Variants)
        {
            var planned = plan.Variants.FirstOrDefault(variant => variant.Name == result.Name) ?? plan.Variants[0];
            if (run.Variants.Length > 1)
            {
                ReportParts.Heading(console, $"variant {result.Name}");
            }

            console.WriteLine();
            WriteFigures(console, planned, result);
            WriteFindings(console, [.. run.Findings.Where(finding => finding.Variant == result.Name)]);
        }

        WriteEnd(console, plan, run, folder);
    }

    private static void WriteFigures(IAnsiConsole console, VariantPlan planned, VariantResult result)
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
            grid.Row("peer", $"{peer.Flows} flows: {peer.Answered} answered, {peer.HalfOpen} half-open, {peer.Resets} reset; {peer.SynAcks} SYN-ACKs came");
        }

        if (connections.Attempted > 0 || result.Peer is null)
        {
            grid.Row("clients", $"{connections.Attempted} tried: {connections.Established} established, {connections.Failed} failed, {connections.Pending} pending");
        }

        if (connections.Latency is { } latency)
        {
            grid.Row("connect in", $"p50 {SpecWords.Seconds(latency.P50S)}, p90 {SpecWords.Seconds(latency.P90S)}, p99 {SpecWords.Seconds(latency.P99S)}, max {SpecWords.Seconds(latency.MaxS)}");
        }

        foreach (var load in result.OwnTimes.IsDefault ? [] : result.OwnTimes.GroupBy(one => (one.Phase, one.IsFailed)))
        {
            grid.Row("own time", $"{load.Key.Phase}{(load.Key.IsFailed ? ", failed" : "")}: median by tenth {string.Join(", ", load.Select(one => SpecWords.Seconds(one.P50S)))}");
        }

        if (result.Queues.Syn.Peak is > 0 and var halfOpen)
        {
            grid.Row("SYN queue", $"peak {halfOpen}");
        }

        if (result.Queues.Accept.Peak is { } peak)
        {
            grid.Row("queue", $"peak {peak} of {result.Queues.Accept.Capacity}, at the end {result.Queues.Accept.Last}");
        }

        foreach (var phase in result.Phases.Where(phase => phase.ServerCpuS is not null && phase.ToS is not null))
        {
            var share = phase.ServerCpuS!.Value / Math.Max(0.001, phase.ToS!.Value - phase.FromS);
            var emptied = phase.QueueEmptiedS is { } after ? $", the accept queue empty after {SpecWords.Seconds(after)}" : "";
            grid.Row("server", $"in {phase.Name}: {phase.ServerCpuS:0.00} s of processor time ({share:0 %} of one), {phase.ServerDescriptors} descriptors open at its end{emptied}");
        }

        foreach (var (kind, resent) in result.Retransmits.Where(pair => pair.Value.Count > 0 && !pair.Value.ScheduleS.IsEmpty))
        {
            var whose = resent.Spread.IsDefaultOrEmpty ? "one client" : "median";
            var predicted = resent.PredictedS.IsDefaultOrEmpty ? "" : $"; by the rules {string.Join(", ", resent.PredictedS.Select(range => $"{range.Low:0.##}..{range.High:0.##}"))} s";
            grid.Row("sent again", $"{kind} after {string.Join(", ", resent.ScheduleS.Select(at => $"{at:0.##}"))} s ({whose}{predicted}), {resent.Count} in all");
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

    private static void WriteFindings(IAnsiConsole console, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return;
        }

        var table = ReportParts.Table("", "claim, and who says so", "predicted", "observed");
        table.Columns[0].NoWrap().Width(1);
        foreach (var finding in findings)
        {
            var unit = finding.Unit.Length == 0 ? "" : $"\n{finding.Unit}";
            table.AddRow(
                new Text(ReportParts.Sign(console, finding.Outcome), Style.Parse(ReportParts.Colour(finding.Outcome))),
                new Rows(new Text(finding.Claim), Witnesses(finding)),
                new Text($"{(finding.Predicted.IsExact ? SpecWords.Value(finding.Predicted.Low, finding.Unit) : finding.Predicted.ToString())}{unit}"),
                new Text(finding.Observed is { } value ? SpecWords.Value(value, finding.Unit) : "not seen"));
        }

        console.Write(table);
        foreach (var finding in findings.Where(finding => finding.Outcome != Outcome.Held))
        {
            console.Write(new Text($"{EnumWords<Outcome>.Of(finding.Outcome)}: {finding.Sentence}\n  rule: {finding.Rule} ({finding.KernelSource})"));
            console.WriteLine();
        }
    }

    private static Text Witnesses(Finding finding) => new Text(
        string.Join(", ", finding.Witnesses.Select(witness => $"{witness.Name} {(witness.Value is { } value ? SpecWords.Value(value, finding.Unit) : "not seen")}")),
        new Style(decoration: Decoration.Dim));

    private static void WriteEnd(IAnsiConsole console, Plan plan, RunDocument run, string? folder)
    {
        console.WriteLine();
        console.Write(new Text(run.Summary));
        console.WriteLine();
        console.WriteLine();
        var grid = ReportParts.Labelled();
        grid.AddRow(
            new Text("verdict", new Style(decoration: Decoration.Dim)),
            new Text($"{ReportParts.Sign(console, run.Verdict)} {EnumWords<Outcome>.Of(run.Verdict)}{Tally(run)}", Style.Parse($"bold {ReportParts.Colour(run.Verdict)}")));
        if (!run.Finished)
        {
            grid.Row("unfinished", run.Unfinished ?? "the run did not get to its end");
        }

        foreach (var note in run.Notes)
        {
            grid.Row("note", note);
        }

        if (folder is not null)
        {
            grid.Row("results", folder);
        }

        grid.Row("again", plan.Command);
        console.Write(grid);
    }

    private static string Tally(RunDocument run)
    {
        var counts = run.Findings.CountBy(finding => finding.Outcome).OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {EnumWords<Outcome>.Of(pair.Key)}");
        return run.Findings.IsEmpty ? "" : $" ({string.Join(", ", counts)})";
    }
}
