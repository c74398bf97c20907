namespace LoadLab.Cli.Tests;

/// <summary>Every row of the catalogue of diagnoses with its place on the live kernel.</summary>
internal static class LiveTable
{
    private const string WholeMachine = "it is of the whole machine: to reach it would harm the machine, and a network namespace does not show it; "
        + "a run's own kernel has no 'inspect' inside";

    private const string NoMemory = "it needs an allocation of the kernel to fail, which only a machine without memory brings about";

    public static SortedDictionary<string, LiveRow> Rows { get; } = new(StringComparer.Ordinal)
    {
        ["syn-accept-queue-full"] = LiveRow.In("overflow", miss: "filled"),
        ["final-ack-accept-queue-full"] = LiveRow.In("late-final-acks", miss: "health-checks-and-overflow"),
        ["final-ack-reset"] = LiveRow.In("late-final-acks-reset", miss: "late-final-acks"),
        ["cookie-ack-accept-queue-full"] = LiveRow.In("cookie-acks", miss: "cookies-always-overflow"),
        ["accept-queue-full"] = LiveRow.In("wrong machine", miss: "near machine"),
        ["syn-syn-queue-full"] = LiveRow.In("flood-no-cookies", miss: "flood-cookies"),
        ["syn-last-quarter"] = LiveRow.In("last-quarter", miss: "last-quarter-cookies"),
        ["listen-drop-unnamed"] = LiveRow.In("wrong machine", miss: "near machine"),
        ["softnet-backlog-full"] = LiveRow.In("kernel-backlog", miss: "kernel-orphans"),
        ["syn-cookies-sent"] = LiveRow.In("flood-cookies", miss: "cookies-always"),
        ["syn-cookies-always"] = LiveRow.In("cookies-always", miss: "flood-cookies"),
        ["syn-vanished"] = LiveRow.In("filtered", miss: "filtered-data"),
        ["syn-met-old-connection"] = LiveRow.In("old-end", miss: "close-wait"),
        ["half-open-reset"] = LiveRow.In("health-checks-and-overflow", miss: "half-open"),
        ["deferred-ack"] = LiveRow.In("deferred", miss: "not-deferred"),

        ["orphans-reset"] = LiveRow.In("kernel-orphans", miss: "kernel-memory"),
        ["tcp-memory-reset"] = LiveRow.In("kernel-memory", miss: "kernel-orphans"),
        ["syn-unanswered"] = LiveRow.In("nobody-answers", miss: "routes"),
        ["data-unacknowledged"] = LiveRow.In("peer-silent", miss: "peer-idle"),
        ["keepalive-gave-up"] = LiveRow.In("keepalive", miss: "keepalive-data-in-flight"),
        ["fin-unacknowledged"] = LiveRow.In("peer-fin", miss: "peer-idle"),
        ["half-open-waits"] = LiveRow.In("half-open-longer", miss: "half-open"),

        ["listener-closed"] = LiveRow.In("listener-leaves", miss: "listener-leaves-migrated"),
        ["accept-loop-lost"] = LiveRow.In("loop-lost", miss: "loop-comes-back"),
        ["reuseport-listener-stuck"] = LiveRow.In("one-accepts", miss: "both-accept"),
        ["reuseport-uneven"] = LiveRow.In("uneven", miss: "uneven-not"),
        ["accept-never"] = LiveRow.In("overflow", miss: "accepted"),
        ["accept-stopped"] = LiveRow.In("accept-stops", miss: "loop-lost"),
        ["closed-clients-queued"] = LiveRow.In("closed-in-queue", miss: "closed-when-accepted"),
        ["backlog-clamped"] = LiveRow.In("clamped", miss: "overflow"),
        ["backlog-own"] = LiveRow.In("own-backlog", miss: "own-backlog-is-somaxconn"),
        ["accept-queue-filled"] = LiveRow.In("filled", miss: "overflow"),
        ["accept-queue-nearly-full"] = LiveRow.In("nearly-full", miss: "not-nearly-full"),
        ["syn-queue-near"] = LiveRow.In("wrong machine", miss: "near machine"),
        ["listener-drops"] = LiveRow.In("wrong machine", miss: "near machine"),

        ["fd-limit-server"] = LiveRow.In("server-limit", miss: "server-limit-not"),
        ["fd-limit-clients"] = LiveRow.In("client-limit", miss: "client-limit-not"),
        ["fd-limit-reached"] = LiveRow.In("wrong process", miss: "near process"),
        ["fd-limit-near"] = LiveRow.In("near process", miss: "wrong process"),
        ["close-wait-pile"] = LiveRow.In("close-wait", miss: "close-wait-not"),
        ["file-table-full"] = LiveRow.InShipped("file-descriptors/enfile", miss: "client-limit"),
        ["file-table-near"] = LiveRow.Never(WholeMachine),
        ["time-wait-near"] = LiveRow.In("wrong machine", miss: "near machine"),
        ["orphans-near"] = LiveRow.Never(WholeMachine),
        ["tcp-memory-near"] = LiveRow.Never(WholeMachine),

        ["bind-found-no-port"] = LiveRow.In("bind-first", miss: "ports"),
        ["address-in-use"] = LiveRow.InShipped("ephemeral-ports/slow-search", miss: "bind-first"),
        ["ports-exhausted"] = LiveRow.In("ports", miss: "ports-enough"),
        ["address-not-here"] = LiveRow.In("not-here", miss: "ports"),
        ["ports-near"] = LiveRow.In("wrong machine", miss: "near machine"),
        ["ports-slow-search"] = LiveRow.In("near machine", miss: "wrong machine"),

        ["fast-open-queue-full"] = LiveRow.In("wrong machine", miss: "near machine"),
        ["time-wait-overflow"] = LiveRow.In("wrong machine", miss: "near machine"),
        ["reset-not-sent"] = LiveRow.Never(NoMemory),
        ["memory-pressure"] = LiveRow.In("kernel-memory", miss: "kernel-orphans"),
        ["receive-queue-pruned"] = LiveRow.In("wrong machine", miss: "near machine"),
        ["segment-pruned"] = LiveRow.In("wrong machine", miss: "near machine"),
        ["socket-backlog-full"] = LiveRow.Never("it needs segments to arrive while a system call holds their socket: a race that no load wins every time"),
        ["receive-queue-full"] = LiveRow.In("wrong machine", miss: "near machine"),
        ["send-queue-too-big"] = LiveRow.Never("it needs a peer that acknowledges by SACK in pieces while the send buffer shrinks; no such peer is scripted"),
        ["bad-segments"] = LiveRow.In("wrong machine", miss: "syn-ack-again"),

        ["errno-eperm"] = LiveRow.Never("connect() gives it for a BPF program of a control group or a security module; a sandbox has neither"),
        ["errno-enomem"] = LiveRow.Never(NoMemory),
        ["errno-eacces"] = LiveRow.In("routes", miss: "not-here"),
        ["errno-epipe"] = LiveRow.In("server-closes", miss: "server-resets"),
        ["errno-enetunreach"] = LiveRow.In("routes", miss: "not-here"),
        ["errno-econnaborted"] = LiveRow.Never("accept() of Linux hands out a queued connection that was reset, so TCP never gives it"),
        ["errno-econnreset"] = LiveRow.In("server-resets", miss: "server-closes"),
        ["errno-enobufs"] = LiveRow.Never(NoMemory),
        ["errno-etimedout"] = LiveRow.In("filtered-data", miss: "nobody-answers"),
        ["errno-econnrefused"] = LiveRow.In("listener-gone", miss: "nobody-answers"),
        ["errno-other"] = LiveRow.In("routes", miss: "not-here"),
        ["errno-ehostunreach"] = LiveRow.In("routes", miss: "not-here"),

        ["not-seen"] = LiveRow.In("near other", miss: "near process"),
        ["worth-knowing"] = LiveRow.In("near port", miss: "near process"),
    };

    /// <summary>The rows that the run of a shipped scenario provokes.</summary>
    public static IEnumerable<string> ShownBy(string scenario) => Rows.Where(pair => pair.Value.Shipped == scenario).Select(pair => pair.Key);
}
