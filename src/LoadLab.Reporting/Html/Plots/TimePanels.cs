using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Reporting.Series;

namespace LoadLab.Reporting.Html;

/// <summary>What the plots over time show, of what was seen of a variant.</summary>
internal static class TimePanels
{
    private const int MostLines = 6;

    // Where there are very many sockets their states are seen too rarely for a line.
    private const int FewestValues = 5;

    // A resource is shown once a tenth of it is in use, descriptors once half of them are.
    private const int Far = 10;

    // Each step of these means that something was refused, dropped, retransmitted or given up. All other counters are in the table of counters.
    private static readonly ImmutableArray<string> Refusals =
    [
        "TcpExt.ListenOverflows", "TcpExt.ListenDrops", "TcpExt.TCPReqQFullDrop", "TcpExt.TCPReqQFullDoCookies", "TcpExt.SyncookiesSent",
        "TcpExt.SyncookiesRecv", "TcpExt.SyncookiesFailed", "TcpExt.TCPSynRetrans", "Tcp.RetransSegs", "TcpExt.TCPTimeouts",
        "TcpExt.TCPAbortOnTimeout", "TcpExt.TCPAbortOnMemory", "TcpExt.TCPTimeWaitOverflow", "TcpExt.TW", "TcpExt.TWRecycled", "Tcp.AttemptFails",
        "Tcp.EstabResets", "Tcp.OutRsts", "TcpExt.TCPAbortOnData", "TcpExt.TCPAbortOnClose", "TcpExt.TCPBacklogDrop",
    ];

    /// <summary>The accept queue by both witnesses, with its limit.</summary>
    public static IEnumerable<TimePanel> AcceptQueue(VariantSeries seen)
    {
        if (seen.AcceptQueues.Count == 0)
        {
            yield break;
        }

        var several = seen.AcceptQueues.Keys.Select(key => key.Id).Distinct().Count() > 1;
        var limit = seen.LiveBacklog.Most;
        yield return new TimePanel(
            "accept-queue",
            "Accept queue",
            "connections",
            [
                .. seen.AcceptQueues.OrderBy(pair => pair.Key.Witness).Take(MostLines).Select(pair => new TimePanel.Line(
                    $"{(pair.Key.Witness == ListenerWitness.SockDiag ? "sock_diag" : "TCP_INFO")}{(several ? $", listener {pair.Key.Id + 1}" : "")}",
                    pair.Key.Witness == ListenerWitness.SockDiag ? SeriesColour.BySockDiag : SeriesColour.ByTcpInfo,
                    pair.Value)),
            ],
            [(limit, $"live backlog {limit:0}")])
        { Bands = [new(BandSeries.AcceptQueue, SeriesColour.BySockDiag)] };
    }

    /// <summary>Half-open requests.</summary>
    public static IEnumerable<TimePanel> SynQueue(VariantSeries seen) => seen.HalfOpen.Most == 0 ? [] :
        [new TimePanel("syn-queue", "SYN queue", "half-open requests", [new("half-open", SeriesColour.HalfOpen, seen.HalfOpen)], [])
        { Bands = [new(BandSeries.SynQueue, SeriesColour.HalfOpen)] }];

    /// <summary>Connects by what became of them.</summary>
    public static IEnumerable<TimePanel> Connects(VariantSeries seen)
    {
        if (seen.Attempted.IsEmpty)
        {
            yield break;
        }

        (string Thing, BucketTrace Trace)[] outcomes =
        [
            (SeriesColour.Tried, seen.Attempted), (SeriesColour.Established, seen.Established),
            (SeriesColour.Failed, seen.Failed), (SeriesColour.Pending, seen.Pending),
        ];
        yield return new TimePanel(
            "connects",
            "Connects so far",
            "connects",
            [.. outcomes.Select(one => new TimePanel.Line(one.Thing, one.Thing, one.Trace) { FromZero = true })],
            [])
        {
            Bands =
            [
                new(BandSeries.Attempted, SeriesColour.Tried), new(BandSeries.Established, SeriesColour.Established),
                new(BandSeries.Failed, SeriesColour.Failed), new(BandSeries.Pending, SeriesColour.Pending),
            ],
        };
    }

    /// <summary>Sockets by state, the most frequent states.</summary>
    public static IEnumerable<TimePanel> States(VariantSeries seen)
    {
        TimePanel.Line[] lines =
        [
            .. seen.States.Where(pair => pair.Value.Most > 0 && pair.Value.Count >= FewestValues).OrderByDescending(pair => pair.Value.Most).Take(MostLines)
                .Select(pair => new TimePanel.Line(pair.Key, pair.Key, pair.Value)),
        ];
        return lines.Length == 0 ? [] : [new TimePanel("states", "TCP states of both ends", "sockets", [.. lines], [])];
    }

    /// <summary>Counters of refusals that moved.</summary>
    public static IEnumerable<TimePanel> Counters(VariantSeries seen)
    {
        TimePanel.Line[] lines =
        [
            .. Refusals.Where(name => seen.Counters.TryGetValue(name, out var trace) && trace.Most > 0).Take(MostLines)
                .Select(name => new TimePanel.Line(name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..], name, seen.Counters[name]) { FromZero = true }),
        ];
        return lines.Length == 0 ? [] : [new TimePanel("counters", "Kernel counters since the start", "events", [.. lines], [])];
    }

    /// <summary>Local ports, where a tenth of them was in use.</summary>
    public static IEnumerable<TimePanel> Ports(VariantSeries seen) => seen.Ports is { IsEmpty: false } ports && ports.Most * Far >= seen.PortsAvailable
        ? [new TimePanel(
            "ports", "Ephemeral ports", "ports", [new("in use", SeriesColour.Ports, ports)], [(seen.PortsAvailable, $"available {seen.PortsAvailable}")])
        { Bands = [new(BandSeries.SwarmOpen, SeriesColour.Ports)] }]
        : [];

    /// <summary>Descriptors of each process that had half of them open.</summary>
    public static IEnumerable<TimePanel> Descriptors(VariantSeries seen) =>
        seen.Descriptors.Where(pair => pair.Value.Open.Most * 2 > pair.Value.Soft).Take(3).Select(pair => new TimePanel(
            $"descriptors-{EnumWords<Role>.Of(pair.Key.Role)}-{pair.Key.Worker}",
            $"Descriptors of {EnumWords<Role>.Of(pair.Key.Role)} {pair.Key.Worker}",
            "descriptors",
            [new("open", SeriesColour.Descriptors, pair.Value.Open)],
            [(pair.Value.Soft, $"RLIMIT_NOFILE {pair.Value.Soft}")])
        { Bands = OfProcess(seen, pair.Key.Role, pair.Value.Open) });

    // The model counts a process' connections; what it has open by itself is what was seen first. Several processes share them in a way that is not kept.
    private static ImmutableArray<TimePanel.Predicted> OfProcess(VariantSeries seen, Role role, BucketTrace open) =>
        seen.Descriptors.Keys.Count(key => key.Role == role) == 1 && open.Points().Select(point => (double?)point.Value).FirstOrDefault() is { } own
            ? [new(role == Role.Server ? BandSeries.ServerOpen : BandSeries.SwarmOpen, SeriesColour.Descriptors, own)] : [];

    /// <summary>Files of the whole kernel, where it is the run's own.</summary>
    public static IEnumerable<TimePanel> Files(VariantSeries seen) => seen.Files.IsEmpty ? [] :
    [
        new TimePanel(
            "files",
            "Open files of the kernel",
            "files",
            [new("file-nr", SeriesColour.Files, seen.Files)],
            [(seen.FilesLimit, $"fs.file-max {seen.FilesLimit}")]),
    ];
}
