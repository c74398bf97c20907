using System.Text.RegularExpressions;
using LoadLab.Model;
using LoadLab.Planning.Keys;

namespace LoadLab.Planning;

/// <summary>The names of what a run can be asked, each with its unit: so that a mistyped witness is an error before the run and not a silence after it.</summary>
public static partial class WitnessNames
{
    private const string Connections = "connections";
    private const string Packets = "packets";
    private const string Seconds = "s";
    private const string Bytes = "bytes";
    private const string Calls = "calls";
    private const string Descriptors = "descriptors";
    private const string Files = "files";

    /// <summary>The unit of a ratio.</summary>
    internal const string Times = "times";
    private const int AlmostTheSame = 88;

    private static readonly string[] States =
        ["ESTABLISHED", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT", "LISTEN"];

    private static readonly Dictionary<string, string> SessionUnits = new()
    {
        ["errno"] = "errno", ["value"] = "", ["blocked"] = Calls, ["reads"] = Calls, ["diag"] = "state", ["proc"] = "state", ["info"] = "state",
        ["diag-timer"] = Seconds, ["proc-timer"] = Seconds, ["packets"] = Packets, ["counters"] = "",
    };

    private static readonly Dictionary<string, string> Fixed = All().ToDictionary(pair => pair.Name, pair => pair.Unit);

    /// <summary>The unit of what a witness says: connections, packets, bytes, files, lines or s; null when there is no such witness.</summary>
    public static string? UnitOf(string witness)
    {
        ArgumentNullException.ThrowIfNull(witness);
        if (WitnessPair.Of(witness) is { } pair)
        {
            return UnitOf(pair.Left) is { } ofLeft && UnitOf(pair.Right) is not null ? pair.IsRatio ? Times : ofLeft : null;
        }

        var stem = Stem(witness);
        if (Fixed.TryGetValue(stem, out var unit))
        {
            return unit;
        }

        if (CounterForm().Match(stem) is { Success: true } counter)
        {
            return counter.Groups["suffix"].Success ? Seconds : Packets;
        }

        if (PacketForm().Match(stem) is { Success: true } packets)
        {
            return packets.Groups["step"].Success ? Seconds : Packets;
        }

        if (SessionForm().Match(stem) is { Success: true } session)
        {
            return SessionUnits[session.Groups["what"].Value];
        }

        if (ProbeForm().Match(stem) is { Success: true } probe)
        {
            return probe.Groups["errno"].Success ? "errno" : Descriptors;
        }

        return ErrnoForm().Match(stem) is { Success: true } errno && Errno.TryParse(errno.Groups["errno"].Value, out _) ? errno.Groups["suffix"].Success ? Seconds : Connections : null;
    }

    /// <summary>null when it is a witness of a run with these phases, else what is wrong with it, as a sentence.</summary>
    public static string? Problem(string witness, IReadOnlyCollection<string> phases)
    {
        ArgumentNullException.ThrowIfNull(witness);
        if (WitnessPair.Of(witness) is { } pair)
        {
            return Problem(pair.Left, phases) ?? Problem(pair.Right, phases);
        }

        var stem = Stem(witness);
        if (UnitOf(witness) is null)
        {
            return $"there is no witness '{stem}'; {NearestName.Hint(stem, [.. Fixed.Keys, "clients.errno.ETIMEDOUT", "clients.broken.ECONNRESET", "server.errno.ECONNRESET", .. CounterNames.All.Select(name => "counters." + name)])}";
        }

        if (CounterForm().Match(stem) is { Success: true } counter && !CounterNames.All.Contains(counter.Groups["name"].Value)
            && NearestName.Of(counter.Groups["name"].Value, CounterNames.All) is [var near] && NearestName.Score(near, counter.Groups["name"].Value) >= AlmostTheSame)
        {
            return $"no kernel counter is called '{counter.Groups["name"].Value}'; did you mean '{near}'?";
        }

        var phase = stem.Length == witness.Length ? null : witness[(stem.Length + 1)..];
        return phase is null || phases.Contains(phase) ? null : $"'{witness}': no phase is called '{phase}'; {NearestName.Hint(phase, phases)}";
    }

    private static string Stem(string witness) => witness.LastIndexOf('@') is >= 0 and var at ? witness[..at] : witness;

    private static IEnumerable<(string Name, string Unit)> All()
    {
        foreach (var name in (string[])["attempted", "established", "failed", "pending", "gave-up", "open", "off-step"])
        {
            yield return ($"clients.{name}", Connections);
        }

        yield return ("clients.syn-retransmits", Packets);
        yield return ("clients.syns-unanswered", Packets);
        yield return ("clients.senders", Connections);
        yield return ("clients.data-retransmits", Packets);
        foreach (var quantile in (string[])["p50", "p90", "p99", "max", "min"])
        {
            yield return ($"clients.latency.{quantile}", Seconds);
        }

        foreach (var quantile in (string[])["p50", "p90", "p99"])
        {
            yield return ($"clients.own-time.{quantile}", Seconds);
            yield return ($"clients.own-time.failed.{quantile}", Seconds);
        }

        yield return ("packets.client.SYN.gap.p50", Seconds);
        foreach (var witness in EnumWords<ListenerWitness>.All.Select(word => word.Replace('-', '_')))
        {
            foreach (var gauge in (string[])["accept-queue.last", "accept-queue.peak", "accept-queue.least", "accept-queue.total", "live-backlog.last", "live-backlog.least", "room-at-first-drop"])
            {
                yield return ($"{witness}.{gauge}", Connections);
            }

            yield return ($"{witness}.drops.last", Packets);
            yield return ($"{witness}.drops.first-seen", Seconds);
            yield return ($"{witness}.accept-queue.emptied", Seconds);
        }

        foreach (var state in States.SelectMany(state => (string[])[$"client.{state}", $"server.{state}", $"both.{state}"]))
        {
            yield return ($"sock_diag.{state}.last", Connections);
            yield return ($"sock_diag.{state}.peak", Connections);
        }

        yield return ("sockstat.time-wait", Connections);
        foreach (var name in (string[])["flows", "answered", "unanswered", "half-open", "resets", "fins", "acknowledged", "echoed"])
        {
            yield return ($"peer.{name}", Connections);
        }

        foreach (var name in (string[])["syn-acks", "syn-acks-again", .. EnumWords<PeerSegment>.All.Where(word => word != "connect").Select(word => $"sent.{word}")])
        {
            yield return ($"peer.{name}", Packets);
        }

        foreach (var option in (string[])["mss", "window-scale", "sack", "timestamps"])
        {
            yield return ($"peer.option.{option}", Packets);
        }

        yield return ("sock_diag.synack-retransmits", Packets);
        yield return ("packets.retransmits.all", Packets);
        foreach (var kind in EnumWords<RetransmitKind>.All.Select(word => word.ToUpperInvariant()))
        {
            yield return ($"packets.retransmits.{kind}", Packets);
            yield return ($"packets.schedule.{kind}.1.median", Seconds);
        }

        foreach (var kind in (string[])["SYN", "SYN-ACK", "ACK", "DATA", "FIN", "RST"])
        {
            yield return ($"packets.client.{kind}", Packets);
            yield return ($"packets.server.{kind}", Packets);
        }

        foreach (var syscall in (string[])["socket", "bind", "connect"])
        {
            yield return ($"clients.failed-at.{syscall}", Connections);
        }

        foreach (var role in EnumWords<Role>.All)
        {
            yield return ($"cpu.{role}", Seconds);
            yield return ($"proc.{role}.cpu", Seconds);
            yield return ($"proc.{role}.gained", Connections);
            foreach (var name in (string[])["open", "soft", "hard"])
            {
                yield return ($"descriptors.{role}.{name}", Descriptors);
                yield return ($"proc.{role}.{name}", Descriptors);
            }

            yield return ($"proc.{role}.filled", Descriptors);
            yield return ($"proc.{role}.taken", Descriptors);
        }

        yield return ("server.failures.EMFILE", Calls);
        yield return ("server.failures.ENFILE", Calls);
        yield return ("server.failed-accepts", Calls);
        foreach (var name in (string[])["accepted", "open", "end-of-stream", "shed"])
        {
            yield return ($"server.{name}", Connections);
        }

        foreach (var name in (string[])["file-nr.in-use.last", "file-nr.in-use.peak", "file-nr.limit", "clients.files", "kernel-log.file-max.limit"])
        {
            yield return (name, Files);
        }

        yield return ("kernel-log.file-max.lines", "lines");
        yield return ("server.bytes-read", Bytes);
        yield return ("server.retransmits", Packets);
        yield return ("server.defer-accept", Seconds);
    }

    [GeneratedRegex(@"^counters\.(?<name>[A-Z][A-Za-z]*\.[A-Z][A-Za-z0-9]*)(?<suffix>\.(first|last)-seen)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CounterForm();

    [GeneratedRegex(@"^session\.[^.]+\.[a-z0-9-]+\.(?<what>errno|value|blocked|reads|diag|proc|info|diag-timer|proc-timer|packets|counters)\..+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SessionForm();

    [GeneratedRegex(@"^probe\.[a-z0-9-]+\.((?<errno>errno)|value|soft|hard|proc-soft|proc-hard|prlimit-soft|prlimit-hard)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProbeForm();

    [GeneratedRegex(@"^packets\.(retransmits\.(SYN|SYN-ACK|DATA|FIN)(\+(SYN|SYN-ACK|DATA|FIN))*|schedule\.(SYN|SYN-ACK|DATA|FIN)\.(?<step>[1-9][0-9]{0,2})\.(median|min|max))$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PacketForm();

    [GeneratedRegex(@"^((clients|server)\.errno|clients\.broken)\.(?<errno>E[A-Z0-9]+)(?<suffix>\.first-seen)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ErrnoForm();
}
