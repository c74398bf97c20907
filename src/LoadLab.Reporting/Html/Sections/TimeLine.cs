using System.Collections.Immutable;
using System.Xml.Linq;
using LoadLab.Model;
using LoadLab.Reporting.Series;
using static LoadLab.Reporting.Html.Markup;

namespace LoadLab.Reporting.Html;

/// <summary>What happened when: plots below each other that share one time axis, with the phases marked in each.</summary>
internal static class TimeLine
{
    private const int MostRows = 40;
    private const int MostLines = 6;
    private const int Far = 10;
    private const int Few = 10;

    // Those of which each step means that something was refused, dropped, retransmitted or left: what a person looks for first. All others are in the
    // table of counters.
    private static readonly ImmutableArray<string> Telling =
    [
        "TcpExt.ListenOverflows", "TcpExt.ListenDrops", "TcpExt.TCPReqQFullDrop", "TcpExt.TCPReqQFullDoCookies", "TcpExt.SyncookiesSent", "TcpExt.SyncookiesRecv", "TcpExt.SyncookiesFailed",
        "TcpExt.TCPSynRetrans", "Tcp.RetransSegs", "TcpExt.TCPTimeouts", "TcpExt.TCPAbortOnTimeout", "TcpExt.TCPAbortOnMemory", "TcpExt.TCPTimeWaitOverflow", "TcpExt.TW", "TcpExt.TWRecycled",
        "Tcp.AttemptFails", "Tcp.EstabResets", "Tcp.OutRsts", "TcpExt.TCPAbortOnData", "TcpExt.TCPAbortOnClose", "TcpExt.TCPBacklogDrop",
    ];

    public static XElement? Of(RunDocument run, RunSeries series)
    {
        XElement[] variants = Parts.OfVariants(run, (variant, index) => OfVariant(variant, series.Of(variant.Name), index));
        return variants.Length == 0 ? null : Parts.Section("time", "Time line", Element("p", "Times are seconds since the run's start, as in run.json. Shaded: every second phase."), variants);
    }

    private static IEnumerable<XElement> OfVariant(VariantResult variant, VariantSeries seen, int index)
    {
        if (seen.Span is not { } span || span.To <= span.From)
        {
            yield break;
        }

        var x = new Scale(span.From, span.To);
        yield return Phases(variant, x, $"v{index}-phases");
        foreach (var (i, panel) in Panels(variant, seen).Index())
        {
            yield return Draw(panel, variant, x, $"v{index}-time{i}");
        }
    }

    private static XElement Phases(VariantResult variant, Scale x, string id)
    {
        var strip = Plot.Drawing(id, "Phases", string.Join("; ", variant.Phases.Select(phase => $"{phase.Name} from {phase.FromS:0.###} s to {(phase.ToS is { } to ? $"{to:0.###} s" : "the end, which it did not reach")}")), 26);
        foreach (var (i, phase) in variant.Phases.Index())
        {
            var (from, to) = (x.Of(phase.FromS), x.Of(phase.ToS ?? x.High));
            strip.Add(Element("rect", Is("class", i % 2 == 0 ? "band" : "free"), Is("x", Plot.Percent(from)), Is("y", 0), Is("width", Plot.Percent(to - from)), Is("height", 24)));
            if (to - from > 0.012 * phase.Name.Length)
            {
                strip.Add(Element("text", Is("x", Plot.Percent(from)), Is("dx", 4), Is("y", 16), phase.Name));
            }
        }

        return Element(
            "figure",
            Element("figcaption", "Phases"),
            strip,
            Parts.Behind("The phases in figures", Parts.Table("named", "Times in seconds since the run's start", ["Phase", "#begins", "#ends"], variant.Phases.Select(phase => new object?[] { phase.Name, $"{phase.FromS:0.###}", phase.ToS is { } to ? $"{to:0.###}" : "did not end" }))));
    }

    private static IEnumerable<Panel> Panels(VariantResult variant, VariantSeries seen)
    {
        if (seen.AcceptQueues.Count > 0)
        {
            var several = seen.AcceptQueues.Keys.Select(key => key.Id).Distinct().Count() > 1;
            var limit = seen.LiveBacklog.Most;
            yield return new Panel(
                "Accept queue, connections",
                [.. seen.AcceptQueues.OrderBy(pair => pair.Key.Witness).Take(MostLines).Select(pair => new Line($"{(several ? $"listener {pair.Key.Id + 1}, " : "")}by {(pair.Key.Witness == ListenerWitness.SockDiag ? "sock_diag" : "the server's TCP_INFO")}", pair.Value))],
                [(limit, $"live backlog {limit:0}: full above it")]);
        }

        if (seen.HalfOpen.Most > 0)
        {
            yield return new Panel("SYN queue, half-open requests", [new Line("half-open, by sock_diag", seen.HalfOpen)], []);
        }

        if (!seen.Attempted.IsEmpty)
        {
            (string Name, BucketTrace Trace)[] outcomes = [("tried", seen.Attempted), ("established", seen.Established), ("failed", seen.Failed), ("pending", seen.Pending)];
            yield return new Panel("Connects by outcome, so far", [.. outcomes.Select(one => new Line(one.Name, one.Trace) { FromZero = true })], []);
        }

        Line[] counters = [.. Telling.Where(name => seen.Counters.TryGetValue(name, out var trace) && trace.Most > 0).Take(MostLines).Select(name => new Line(name, seen.Counters[name]) { FromZero = true })];
        if (counters.Length > 0)
        {
            yield return new Panel("Kernel counters, since the beginning", [.. counters], []);
        }

        if (seen.Ports is { IsEmpty: false } ports && ports.Most * Far >= seen.PortsAvailable)
        {
            yield return new Panel("Ephemeral ports in use", [new Line("in use", ports)], [(seen.PortsAvailable, $"available {seen.PortsAvailable}")]);
        }

        foreach (var ((role, worker), (open, soft)) in seen.Descriptors.Where(pair => pair.Value.Open.Most * 2 > pair.Value.Soft).Take(3))
        {
            yield return new Panel($"Descriptors of {EnumWords<Role>.Of(role)} {worker}", [new Line("open", open)], [(soft, $"RLIMIT_NOFILE {soft}")]);
        }

        if (!seen.Files.IsEmpty)
        {
            yield return new Panel("Open files of the whole kernel", [new Line("open, by file-nr", seen.Files)], [(seen.FilesLimit, $"fs.file-max {seen.FilesLimit}")]);
        }
    }

    private static XElement Draw(Panel panel, VariantResult variant, Scale x, string id)
    {
        var most = panel.Lines.Max(line => line.Trace.Most);

        // A limit that is far above all that was seen would press the lines to the ground: it is said in words then.
        var near = panel.Limits.Where(limit => limit.Value <= Math.Max(most, Few) * Far).ToList();
        var y = Scale.UpTo(near.Select(limit => limit.Value).Append(most).Max() * 1.05);
        var description = string.Join("; ", panel.Lines.Select(line => $"{line.Name}: at most {line.Trace.Most:0.###}, at the end {line.Trace.Last:0.###}").Concat(panel.Limits.Select(limit => limit.Name)));
        var plot = new Plot(id, panel.Title, description, x, y, 150);
        foreach (var (i, phase) in variant.Phases.Index().Where(phase => phase.Index % 2 == 0))
        {
            plot.Band("band", phase.FromS, phase.ToS ?? x.High);
        }

        plot.Grid(value => $"{value:0.###}").Along(value => $"{value:0.###} s");
        foreach (var (i, line) in panel.Lines.Index())
        {
            plot.Steps(Class(i), (line.FromZero ? line.Trace.Points().Prepend((x.Low, 0)) : line.Trace.Points()).Append((x.High, line.Trace.Last)));
        }

        foreach (var limit in near)
        {
            plot.Limit(limit.Value, limit.Name);
        }

        return Element(
            "figure",
            Element("figcaption", panel.Title),
            Parts.Legend(panel.Lines.Select((line, i) => (Class(i), line.Name))),
            panel.Limits.Except(near).Select(limit => Classed("p", "soft", $"The limit is far above: {limit.Name}.")),
            plot.Build(),
            Parts.Behind("The same in figures", Table(panel, x)));
    }

    private static XElement Table(Panel panel, Scale x)
    {
        var step = (x.High - x.Low) / MostRows;
        return Parts.Table(
            "named",
            $"The greatest value in each {SpecWords.Seconds(step)}",
            ["#from", .. panel.Lines.Select(line => $"#{line.Name}")],
            Enumerable.Range(0, MostRows).Select(i => new object?[] { $"{x.Low + (i * step):0.###} s" }
                .Concat(panel.Lines.Select(line => line.Trace.MostIn(x.Low + (i * step), x.Low + ((i + 1) * step)) is { } value ? $"{value:0.###}" : "")).ToArray()));
    }

    private static string Class(int line) => $"s{(line % MostLines) + 1}";

    private sealed record Line(string Name, BucketTrace Trace)
    {
        /// <summary>True for what is counted: before the first line that speaks of it, it is 0.</summary>
        public bool FromZero { get; init; }
    }

    private sealed record Panel(string Title, ImmutableArray<Line> Lines, ImmutableArray<(double Value, string Name)> Limits);
}
