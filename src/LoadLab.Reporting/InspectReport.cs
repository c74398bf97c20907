using System.Collections.Immutable;
using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>An inspection for people.</summary>
public static class InspectReport
{
    private const int ListenersShown = 10;

    /// <summary>Writes it whole.</summary>
    public static void Write(IAnsiConsole console, Inspection seen)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(seen);
        var grid = ReportParts.Labelled();
        foreach (var (label, text) in Rows(seen))
        {
            grid.Row(label, text);
        }

        console.Write(grid);
        foreach (var remark in seen.Remarks)
        {
            console.WriteLine();
            console.Write(new Text($"{ReportParts.Sign(console, remark.Outcome)} {remark.About}: {remark.Sentence}",
                Style.Parse(remark.Outcome == Outcome.Held ? "default" : ReportParts.Colour(remark.Outcome))));
            console.WriteLine();
            if (remark.Scenario is { } scenario)
            {
                console.Write(new Text($"  to reproduce it: {TypedCommand.Of($"loadlab run {scenario}")}", new Style(decoration: Decoration.Dim)));
                console.WriteLine();
            }
        }

        console.WriteLine();
        console.Write(new Text(VerdictOf(seen), Style.Parse($"bold {ReportParts.Colour(seen.Verdict)}")));
        console.WriteLine();
    }

    /// <summary>The same in one line, for a look every second.</summary>
    /// <param name="seen">What was seen.</param>
    /// <param name="before">The look before; null: this is the first. Counters are told by what they moved.</param>
    public static string Line(Inspection seen, Inspection? before)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var parts = Rows(seen).Where(row => row.Label.Length > 0).Select(row => $"{row.Label} {row.Text}");
        var moved = seen.Machine?.Counters.Select(pair => (pair.Key, Delta: pair.Value - (before?.Machine?.Counters.GetValueOrDefault(pair.Key) ?? pair.Value)))
            .Where(pair => pair.Delta > 0).Select(pair => $"{pair.Key} +{pair.Delta}") ?? [];
        return $"{seen.At.ToLocalTime():HH:mm:ss} {EnumWords<Outcome>.Of(seen.Verdict)}: {string.Join("; ", parts.Concat(moved))}";
    }

    private static string VerdictOf(Inspection seen) => seen.Verdict switch
    {
        Outcome.Broken => seen.Remarks.Count(remark => remark.Outcome == Outcome.Broken) is > 1 and var wrong ? $"{wrong} things are wrong"
            : "1 thing is wrong",
        Outcome.Inconclusive => "nothing is wrong in what could be seen",
        Outcome.Held => "nothing is wrong",
    };

    private static IEnumerable<(string Label, string Text)> Rows(Inspection seen) =>
        seen.Machine is { } machine ? Rows(machine) : seen.Process is { } process ? Rows(process) : seen.Port is { } port ? Rows(port) : [];

    private static IEnumerable<(string Label, string Text)> Rows(MachineView machine)
    {
        yield return ("files", Words(machine.Files, "open"));
        var busiest = machine.Destinations.IsEmpty ? "none in use"
            : string.Join("; ", machine.Destinations.Take(1).Select(one => $"{one.Ports} to {one.To} ({one.InTimeWait} in TIME-WAIT)"));
        yield return ("ports", $"{busiest}, of {machine.Ports} in {machine.PortRange} for each destination");
        foreach (var destination in machine.Destinations.Skip(1))
        {
            yield return ("", $"{destination.Ports} to {destination.To} ({destination.InTimeWait} in TIME-WAIT)");
        }

        yield return ("TIME-WAIT", Words(machine.TimeWait, "in use"));
        yield return ("orphans", Words(machine.Orphans, "sockets"));
        yield return ("TCP memory", Words(machine.MemoryPages, "pages"));
        yield return ("sockets", States(machine.States));
        foreach (var (listener, index) in machine.Listeners.Take(ListenersShown).Select((one, index) => (one, index)))
        {
            yield return (index == 0 ? "listeners" : "", Words(listener, machine.Listeners));
        }

        if (machine.Listeners.Length > ListenersShown)
        {
            yield return ("", $"and {machine.Listeners.Length - ListenersShown} more with shorter queues");
        }
    }

    private static IEnumerable<(string Label, string Text)> Rows(ProcessView process)
    {
        yield return ("process", $"{process.Name}, pid {process.Pid}");
        var limit = process.Soft == long.MaxValue ? "no soft limit"
            : $"soft limit {process.Soft}, hard {(process.Hard == long.MaxValue ? "unlimited" : $"{process.Hard}")}";
        yield return ("fds", process.Open is { } open ? $"{open} open, {process.Free} free below the limit; {limit}"
            : $"not to be seen; never more than {process.Places} at once; {limit}");
        if (process.States is { } states)
        {
            yield return ("sockets", $"{States(states)}{(process.OtherSockets > 0 ? $", {process.OtherSockets} not TCP" : "")}");
        }
    }

    private static IEnumerable<(string Label, string Text)> Rows(PortView port)
    {
        if (port.Load is { } load)
        {
            var pause = load.LongestPauseS > 0 ? $"longest pause of accept() {SpecWords.Seconds(load.LongestPauseS)}" : "no pause of accept() seen";
            yield return ("load",
                $"{load.ArrivalsPerSecond:0.#} connections a second in {load.ForS:0.#} s (of the whole network namespace), {pause}, longest queue "
                + $"{load.PeakQueue}");
            yield return ("size", load.Size is { } size ? TypedCommand.Of(size)
                : "no connection waited, so no backlog follows from this: watch the port when it is busy");
        }

        foreach (var listener in port.Listeners)
        {
            yield return ("listener", Words(listener, port.Listeners));
        }

        yield return ("sockets", States(port.States));
        yield return ("drops",
            $"ListenOverflows {Number(port.ListenOverflows)}, ListenDrops {Number(port.ListenDrops)} of all listeners of this network namespace, since boot "
            + $"or its making");
    }

    // Requests have an address and no listener: of a SO_REUSEPORT group only the sum is known.
    private static string Words(ListeningView listener, ImmutableArray<ListeningView> all)
    {
        var group = all.Count(one => one.Address == listener.Address);
        var drops = listener.Drops is { } dropped ? $", {dropped} dropped" : "";
        var owners = listener.Owners.IsEmpty ? "" : $"  {string.Join(' ', listener.Owners)}";
        return $"{listener.Address}  accept queue {listener.Queue} of {listener.LiveBacklog + 1}, SYN queue "
            + $"{listener.HalfOpen}{(group > 1 ? $" of all {group} here" : "")}{drops}{owners}";
    }

    private static string Words(Usage? usage, string what) => usage switch
    {
        null => "cannot be read here",
        { Limit: null } seen => $"{seen.Used} {what}, of a limit that cannot be read here",
        { } seen => $"{seen.Used} {what} of {(seen.Limit == long.MaxValue ? "no limit" : $"{seen.Limit}")}{(seen.Share >= 0.01 ? $" ({seen.Share:0 %})" : "")}",
    };

    private static string States(ImmutableSortedDictionary<string, long> states) =>
        states.IsEmpty ? "none" : string.Join(", ", states.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} {pair.Key}"));

    private static string Number(ulong? value) => value is { } known ? $"{known}" : "cannot be read";
}
