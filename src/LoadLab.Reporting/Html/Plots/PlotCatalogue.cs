using System.Collections.Immutable;
using System.Xml.Linq;
using LoadLab.Model;

namespace LoadLab.Reporting.Html;

/// <summary>Every kind of plot of a run, in the order of the page, with the diagnoses and witnesses that it is evidence of.</summary>
internal static class PlotCatalogue
{
    /// <summary>The rows.</summary>
    public static ImmutableArray<PlotRow> All { get; } =
    [
        new("accept-queue", context => TimePlot.Of(context, TimePanels.AcceptQueue(context.Seen)))
        {
            Diagnoses =
            [
                "syn-accept-queue-full", "final-ack", "cookie-ack", "accept-", "reuseport-", "listener-", "listen-drop", "closed-clients-queued",
                "backlog-", "errno-econnreset",
            ],
            Witnesses =
            [
                "sock_diag.accept-queue", "tcp_info.accept-queue", "sock_diag.live-backlog", "tcp_info.live-backlog", "sock_diag.room-at-first-drop",
                "tcp_info.room-at-first-drop",
            ],
        },
        new("syn-queue", context => TimePlot.Of(context, TimePanels.SynQueue(context.Seen)))
        {
            Diagnoses = ["syn-syn-queue-full", "syn-last-quarter", "syn-queue-", "syn-cookies", "half-open-", "deferred-ack"],
            Witnesses = ["sock_diag.server.SYN-RECV", "sock_diag.both.SYN-RECV", "peer."],
        },
        new("ports", context => TimePlot.Of(context, TimePanels.Ports(context.Seen)))
        {
            Diagnoses = ["ports-", "bind-found-no-port", "address-"],
            Witnesses = ["clients.failed-at.bind", "clients.failed-at.connect", "clients.errno.EADDR", "clients.own-time"],
        },
        new("descriptors", context => TimePlot.Of(context, TimePanels.Descriptors(context.Seen)))
        {
            Diagnoses = ["fd-limit-"],
            Witnesses =
            [
                "descriptors.", "proc.", "server.failed-accepts", "server.failures", "server.errno.EMFILE", "clients.failed-at.socket",
                "clients.errno.EMFILE",
            ],
        },
        new("files", context => TimePlot.Of(context, TimePanels.Files(context.Seen)))
        {
            Diagnoses = ["file-table-"],
            Witnesses = ["file-nr.", "kernel-log.file-max", "clients.errno.ENFILE", "server.errno.ENFILE", "clients.files"],
        },
        new("connects", context => TimePlot.Of(context, TimePanels.Connects(context.Seen)))
        {
            Diagnoses = ["errno-", "not-seen"],
            Witnesses = ["clients.", "server."],
        },
        new("states", context => TimePlot.Of(context, TimePanels.States(context.Seen)))
        {
            Diagnoses = ["close-wait-pile", "orphans-", "fin-unacknowledged", "tcp-memory-", "time-wait-", "keepalive-"],
            Witnesses = ["sock_diag.client.", "sock_diag.server.", "sock_diag.both.", "sockstat."],
        },
        new("retransmits", LadderPlots.Of)
        {
            Diagnoses = ["syn-unanswered", "syn-vanished", "data-unacknowledged"],
            Witnesses =
            [
                "packets.retransmits", "packets.schedule", "packets.client.SYN.gap", "clients.syn-retransmits", "clients.data-retransmits",
                "server.retransmits", "sock_diag.synack-retransmits",
            ],
        },
        new("latency", LatencyPlots.Of) { Witnesses = ["clients.latency", "clients.off-step"] },
        new("counters", context => TimePlot.Of(context, TimePanels.Counters(context.Seen)))
        {
            Diagnoses =
            [
                "fast-open-", "reset-not-sent", "memory-pressure", "receive-queue-", "segment-pruned", "socket-backlog-full", "send-queue-", "bad-segments",
                "softnet-",
            ],
            Witnesses = ["counters.", "sock_diag.drops", "tcp_info.drops", "clients.syns-unanswered"],
        },
    ];

    /// <summary>All plots of a variant that have something to show.</summary>
    public static ImmutableArray<(PlotRow Row, XElement Figure)> Draw(PlotContext context) =>
        [.. All.SelectMany(row => row.Draw(context).Select(figure => (row, figure)))];
}
