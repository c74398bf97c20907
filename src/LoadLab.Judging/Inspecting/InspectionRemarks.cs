using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>From what was seen of a machine to what it means; pure.</summary>
public static class InspectionRemarks
{
    // "Near" leaves a tenth: less than what a burst or a busy minute takes.
    private const double Near = 0.9;
    private const double SlowSearch = 0.5;
    private static readonly ImmutableArray<Outcome> BySeverity = [Outcome.Broken, Outcome.Inconclusive, Outcome.Held];

    /// <summary>The inspection with its remarks and its verdict.</summary>
    public static Inspection Judged(Inspection seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        List<Remark> remarks =
        [
            .. seen.Machine is { } machine ? Of(machine) : [],
            .. seen.Process is { } process ? ProcessRemarks.Of(process) : [],
            .. seen.Port is { } port ? PortRemarks.Of(port) : [],
        ];
        return seen with
        {
            Remarks = [.. BySeverity.SelectMany(outcome => remarks.Where(remark => remark.Outcome == outcome))],
            Verdict = BySeverity.First(outcome => outcome == Outcome.Held || remarks.Any(remark => remark.Outcome == outcome)),
        };
    }

    /// <summary>True when so little is left of something that the next burst takes it.</summary>
    internal static bool IsNear(double share) => share >= Near;

    private static IEnumerable<Remark> Of(MachineView machine) =>
    [
        .. Nearly(machine.Files, "fs.file-max", "of all files that the machine may open are open; at the limit every process without CAP_SYS_ADMIN gets ENFILE for any further file", "file-descriptors/enfile"),
        .. Nearly(machine.TimeWait, "TIME-WAIT", "of net.ipv4.tcp_max_tw_buckets are taken; beyond it connections are closed without TIME-WAIT", "ephemeral-ports/time-wait"),
        .. Nearly(machine.Orphans, "orphans", "of net.ipv4.tcp_max_orphans are taken by sockets that no process holds any more; beyond it they are reset", null),
        .. Nearly(machine.MemoryPages, "tcp_mem", "of the pages that net.ipv4.tcp_mem gives to TCP are taken; beyond it connections are reset and segments dropped", null),
        .. machine.Destinations.SelectMany(destination => Of(destination, machine.Ports)),
        .. machine.Listeners.Where(listener => listener.Queue > listener.LiveBacklog || listener.Drops > 0).SelectMany(PortRemarks.Of),
        .. ZeroCounters.All.SelectMany(counter => Of(counter, machine.Counters)),
    ];

    private static IEnumerable<Remark> Nearly(Usage? usage, string about, string meaning, string? scenario)
    {
        if (usage is not { Limit: not null } seen)
        {
            // Of a container that is the rule and not a fault: these limits are the machine's.
            yield return new Remark(Outcome.Held, about, "its figure or its limit is not shown here; a network namespace has no view of the whole machine's limits, ask there");
        }
        else if (IsNear(seen.Share))
        {
            yield return new Remark(Outcome.Broken, about, $"{seen.Share:0 %} {meaning}", scenario);
        }
    }

    private static IEnumerable<Remark> Of(DestinationView destination, long ports)
    {
        var share = new Usage(destination.Ports, ports).Share;
        var told = $"connections from {destination.From} to {destination.To} hold {destination.Ports} of {Words.Count(ports, "port")}, {destination.InTimeWait} of them in TIME-WAIT";
        if (IsNear(share))
        {
            yield return new Remark(Outcome.Broken, "ephemeral ports", $"{told}: with none left connect() fails with EADDRNOTAVAIL before a packet is sent", "ephemeral-ports/exhaustion");
        }
        else if (share > SlowSearch)
        {
            yield return new Remark(Outcome.Broken, "ephemeral ports", $"{told}: past half of the range each connect() searches all of one half for a port, which costs processor time", "ephemeral-ports/slow-search");
        }
    }

    private static IEnumerable<Remark> Of(ZeroCounter counter, ImmutableSortedDictionary<string, ulong> seen)
    {
        if (seen.TryGetValue(counter.Name, out var value) && value > 0)
        {
            yield return new Remark(Outcome.Broken, counter.Name, $"{value} so far: {counter.Meaning} ({counter.Source})", counter.Scenario);
        }
    }
}
