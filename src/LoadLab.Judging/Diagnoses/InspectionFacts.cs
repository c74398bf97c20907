using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>The facts of a machine, a port or a process as it is, and what they show.</summary>
public static class InspectionFacts
{
    private const string CloseWait = "CLOSE-WAIT";

    /// <summary>What a listener counts as dropped, beside its own sk_drops.</summary>
    private static readonly ImmutableArray<Counter> OfListeners = [Counter.ListenDrops, Counter.ListenOverflows, Counter.SynQueueFullDrop];

    /// <summary>The inspection with its remarks and its verdict.</summary>
    public static Inspection Judged(Inspection seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ImmutableArray<Diagnosed> found = [.. new[] { seen.Machine is { } machine ? Of(machine) : null, seen.Process is { } process ? Of(process)
            : null, seen.Port is { } port ? Of(port) : null }
            .OfType<Facts>().SelectMany(facts => DiagnosisCatalogue.Of(facts))];
        return seen with
        {
            Remarks = [.. found.Select(one => new Remark(OutcomeOf(one.Severity), one.About, one.Sentences, one.Scenario, one.Id))],
            Verdict = found.Select(one => OutcomeOf(one.Severity)).DefaultIfEmpty(Outcome.Held)
                .MinBy(outcome => outcome switch { Outcome.Broken => 0, Outcome.Inconclusive => 1, Outcome.Held => 2 }),
        };
    }

    /// <summary>Of a machine.</summary>
    public static Facts Of(MachineView machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var usages = ImmutableSortedDictionary<string, Usage?>.Empty.Add("file-table-near", machine.Files).Add("time-wait-near", machine.TimeWait)
            .Add("orphans-near", machine.Orphans).Add("tcp-memory-near", machine.MemoryPages);
        return Of(machine.Listeners, Read(machine.Counters), machine.Sysctls) with
        {
            Ports = machine.Ports,
            Destinations = machine.Destinations,
            Usages = usages,

            // Of a container that is the rule and not a fault: these limits are the machine's.
            Known = [.. usages.Where(pair => pair.Value?.Limit is null).Select(pair => new Symptom(
                pair.Key.Replace("-near", "",
                    StringComparison.Ordinal), "Its figure or its limit is not shown here: a network namespace has no view of the whole machine's limits. "
                    + "Inspect the machine itself."))],
        };
    }

    /// <summary>Of a port.</summary>
    public static Facts Of(PortView port)
    {
        ArgumentNullException.ThrowIfNull(port);

        // The counters are of all listeners of the namespace: where these have dropped nothing, the drops are others'.
        var ofNamespace = Read(port.Counters);
        var areOthers = !port.Listeners.IsEmpty && port.Listeners.All(listener => listener.Drops == 0);
        var facts = Of(port.Listeners, areOthers ? one => ofNamespace(one) is { } count ? OfListeners.Contains(one) ? 0 : count : null
            : ofNamespace, port.Sysctls);
        return facts with
        {
            Unseen = port.ListenDrops is > 0 and var drops && port.Listeners.All(listener => listener.Drops is null)
                ? [new Symptom("drops",
                    $"This kernel does not tell what a single listener has dropped; all listeners of this network namespace together have dropped "
                + $"{TextFormat.Count(drops, "packet")}.")]
                : [],
            Known =
            [
                .. port.Listeners.Select(listener => (listener.Address, Sentence: Asked(listener.LiveBacklog, port.Somaxconn))).Distinct()
                .Select(one => new Symptom($"{one.Address} backlog", one.Sentence)),
                .. port.Listeners.All(listener => listener.Owners.IsEmpty)
                    ? [new Symptom("owner",
                        "Its process cannot be seen: it belongs to another user, whose descriptors only root may list, or is in another pid namespace.")]
                    : (Symptom[])[],
            ],
        };
    }

    /// <summary>Of a process.</summary>
    public static Facts Of(ProcessView process)
    {
        ArgumentNullException.ThrowIfNull(process);
        var bound = process.Places is { } places ? $" By its table it has never had more than {places} open at once" : "";
        var isFar = process.Places is { } most && most < process.Soft && !AcceptRows.IsNear((double)most / process.Soft);
        Symptom[] unlisted = process is { Open: not null, Free: not null } ? []
            : [new Symptom("descriptors",
                $"/proc/{process.Pid}/fd belongs to another user or user namespace, and only root may list "
            + $"it.{bound}{(isFar ? $", far from the soft limit of {process.Soft}" : "")}{(bound.Length > 0 ? "." : "")}")];
        return new Facts
        {
            Processes = process is { Open: { } open, Free: { } free }
                ? [new ProcessFacts(process.Name, open, free, process.Soft, process.Hard, free == 0)] : [],
            CloseWaits = process.States is { } states ? [new Counted(CloseWait, states.GetValueOrDefault(CloseWait))] : [],
            Unseen = isFar ? [] : [.. unlisted],
            Known =
            [
                .. isFar ? unlisted : [],
                .. process.IsElsewhere == true ? [new Symptom("network namespace",
                    $"It is in another network namespace: for its ports and counters, 'nsenter --target {process.Pid} --net loadlab inspect'.")] : (
                        Symptom[])[],
            ],
        };
    }

    /// <summary>What listen() must have been called with.</summary>
    /// <remarks>Kernel: net/socket.c __sys_listen: the live backlog is min((unsigned) backlog, somaxconn) at the time of the call.</remarks>
    internal static string Asked(long limit, int? somaxconn) => (limit, somaxconn) switch
    {
        (_, null) => $"The limit is {limit}; what was asked for cannot be told, since this network namespace does not show net.core.somaxconn.",
        var (live, most) when live < most =>
            $"The limit {live} is less than net.core.somaxconn {most}: listen() was called with exactly {live} (unless somaxconn was {live} then).",
        var (live, most) when live == most =>
            $"The limit is net.core.somaxconn: listen() was called with {live} or more, or with -1; the kernel does not keep more.",
        var (live, most) =>
            $"The limit {live} is more than net.core.somaxconn {most} is now: it was larger when listen() was called, and the next listen() makes this {most}.",
    };

    private static Facts Of(ImmutableArray<ListeningView> listeners, Func<Counter, ulong?> counter, ImmutableSortedDictionary<string, string> sysctls)
    {
        var groups = listeners.GroupBy(one => one.Address)
            .ToDictionary(group => group.Key, group => (Count: group.Count(), Backlog: group.Sum(one => one.LiveBacklog)));
        string? Sysctl(string name) => sysctls.GetValueOrDefault(name);
        return new Facts
        {
            Counter = counter,
            Sysctl = Sysctl,
            Drops = DropFacts.Of(counter, new DropWitnesses
            {
                CookiesOff = Sysctl("net.ipv4.tcp_syncookies") == "0",
                AlwaysCookies = Sysctl("net.ipv4.tcp_syncookies") == "2",
                Aborts = Sysctl("net.ipv4.tcp_abort_on_overflow") is not (null or "0"),
            }),
            Listeners =
            [
                .. listeners.Select(one => new ListenerFacts(one.Address, one.Queue, one.Queue, one.LiveBacklog, one.HalfOpen, one.Drops,
                    groups[one.Address].Count, groups[one.Address].Backlog) { QueuedClosed = one.QueuedClosed }),
            ],
            CloseWaits = [.. listeners.DistinctBy(one => one.Address).Select(one => new Counted($"{one.Address} {CloseWait}", one.CloseWait))],
        };
    }

    private static Func<Counter, ulong?> Read(ImmutableSortedDictionary<string, ulong> counters) => counter =>
        counters.TryGetValue(counter.Name, out var value) ? value : null;

    private static Outcome OutcomeOf(Severity severity) => severity switch
    {
        Severity.Fault or Severity.Risk => Outcome.Broken,
        Severity.Unseen => Outcome.Inconclusive,
        Severity.Note => Outcome.Held,
    };
}
