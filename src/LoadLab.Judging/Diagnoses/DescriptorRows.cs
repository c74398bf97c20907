using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>Descriptors and files: limits that are reached, nearly reached, and what eats them.</summary>
internal static class DescriptorRows
{
    private const string AllocFd = "fs/file.c alloc_fd";

    // A handful is what any server has for a moment.
    private const int ManyCloseWaits = 10;

    public static ImmutableArray<Diagnosis> All { get; } =
    [
        new Diagnosis
        {
            Id = "fd-limit-server",
            Severity = Severity.Fault,
            Title = "The server reached its fd limit",
            When = "accept() of the server failed with EMFILE, or a process of it had no free number below its soft RLIMIT_NOFILE.",
            Finds = facts => facts.Accept is null ? []
                : facts.Failed(Role.Server, Errno.EMFILE).Sum(one => one.Count) is > 0 and var failed
                ? [new Symptom("the server", $"The server had no descriptor left: accept() failed with EMFILE {(failed == 1 ? "once" : $"{failed} times")}.")]
                : facts.Processes.Where(one => one.WasFull).Take(1)
                .Select(one => new Symptom("the server",
                    $"A process of the server had no descriptor left: "
                + $"{(one.Free == 0 ? $"{one.Open} open at a soft limit of {one.Soft}" : "all numbers below its soft limit were taken")}.")),
            Means = "accept() takes the descriptor before it looks at the queue: what is queued stays queued, and its clients are connected from their own "
                + "point of view.",
            Cure = "Raise its RLIMIT_NOFILE (ulimit -n, LimitNOFILE=, prlimit while it runs), or close connections that are done.",
            KernelSource = "net/socket.c __sys_accept4; " + AllocFd,
            Scenario = "file-descriptors/emfile-accept",
            Explains = [DropRows.SynAcceptQueueFull, DropRows.FinalAck, DropRows.CookieAck, DropRows.AcceptQueueFull, "accept-queue-filled",
                "accept-queue-nearly-full"],
        },
        new Diagnosis
        {
            Id = "fd-limit-clients",
            Severity = Severity.Fault,
            Title = "The clients reached their fd limit",
            When = "A system call of the clients failed with EMFILE.",
            Finds = facts => facts.Failed(Role.Swarm, Errno.EMFILE)
                .Select(one => new Symptom("the clients",
                    $"{one.Syscall}() of the clients failed {(one.Count == 1 ? "once" : $"{one.Count} times")} with EMFILE.")),
            Means = "The load generator is the limit, not the server.",
            Cure = "Raise RLIMIT_NOFILE (ulimit -n) of the clients, or use more processes.",
            KernelSource = AllocFd,
            Scenario = "file-descriptors/emfile-client",
        },
        new Diagnosis
        {
            Id = "fd-limit-reached",
            Severity = Severity.Fault,
            Title = "A process is at its fd limit",
            When = "No number below the soft RLIMIT_NOFILE of a process is free.",
            Finds = facts => facts.Accept is null ? facts.Processes.Where(one => one.Free == 0)
                .Select(one => new Symptom("fd limit", $"No number below the soft limit of {one.Soft} is free ({one.Open} open).")) : [],
            Means = "Every further open(), socket() or accept() fails with EMFILE.",
            Cure = "Raise its RLIMIT_NOFILE, also while it runs: prlimit --pid PID --nofile=SOFT:HARD.",
            KernelSource = AllocFd,
            Scenario = "file-descriptors/emfile-accept",
        },
        new Diagnosis
        {
            Id = "fd-limit-near",
            Severity = Severity.Risk,
            Title = "A process is near its fd limit",
            When = "Nine tenths or more of the numbers below the soft RLIMIT_NOFILE are taken, and not all.",
            Finds = facts => facts.Accept is null
                ? facts.Processes.Where(one => one.Free > 0 && AcceptRows.IsNear(1 - ((double)one.Free / Math.Max(1, one.Soft)))).Select(one => new Symptom(
                    "fd limit", $"{1 - ((double)one.Free / Math.Max(1, one.Soft)):0 %} of the soft limit of {one.Soft} is taken, "
                        + $"{TextFormat.Count(one.Free, "number")} left. {Hard(one)}"))
                : [],
            Means = "EMFILE is near.",
            Cure = "Raise its RLIMIT_NOFILE, also while it runs: prlimit --pid PID --nofile=SOFT:HARD.",
            KernelSource = AllocFd,
            Scenario = "file-descriptors/emfile-accept",
        },
        new Diagnosis
        {
            Id = "close-wait-pile",
            Severity = Severity.Risk,
            Title = "Connections pile up in CLOSE-WAIT",
            When = "Ten or more connections that a process holds are in CLOSE-WAIT.",
            Finds = facts => facts.CloseWaits.Where(one => one.Count >= ManyCloseWaits).Select(one => new Symptom(
                one.About, $"{TextFormat.Count(one.Count, "connection")} {TextFormat.Are(one.Count)} in CLOSE-WAIT: the peer has closed, and the program "
                    + $"has not.")),
            Means = "No timer of the kernel ends CLOSE-WAIT, and each keeps a descriptor.",
            Cure = "close() when recv() returns 0. A higher limit only moves the moment of EMFILE.",
            KernelSource = "net/ipv4/tcp_input.c tcp_fin",
            Scenario = "file-descriptors/close-wait-leak",
        },
        new Diagnosis
        {
            Id = "file-table-full",
            Severity = Severity.Fault,
            Title = "The system's table of open files is full",
            When = "A system call failed with ENFILE.",
            Finds = facts => facts.Failures.Where(one => one.Errno == Errno.ENFILE && one.Count > 0).Select(one => new Symptom(
                "fs.file-max", $"{one.Syscall}() failed {(one.Count == 1 ? "once" : $"{one.Count} times")} with ENFILE: the open files of all processes "
                    + $"together reached fs.file-max.")),
            Means = "Every process without CAP_SYS_ADMIN is refused any further file, whatever its own limit.",
            Cure = "Raise fs.file-max, or find who holds the files.",
            KernelSource = "fs/file_table.c alloc_empty_file",
            Scenario = "file-descriptors/enfile",
        },
        Near("file-table-near", "fs.file-max", "of all files that the machine may open are open",
            "At the limit every process without CAP_SYS_ADMIN gets ENFILE for any further file.", "Raise fs.file-max, or find who holds the files.",
            "fs/file_table.c alloc_empty_file", "file-descriptors/enfile"),
        Near("time-wait-near", "TIME-WAIT", "of net.ipv4.tcp_max_tw_buckets are taken",
            "Beyond it connections are closed without TIME-WAIT: a late segment can meet the successor.", "Raise net.ipv4.tcp_max_tw_buckets, or let "
            + "clients keep connections open.", "net/ipv4/inet_timewait_sock.c inet_twsk_alloc", "ephemeral-ports/time-wait"),
        Near("orphans-near", "orphans", "of net.ipv4.tcp_max_orphans are taken by sockets that no process holds any more", "Beyond it they are reset.",
            "Lower net.ipv4.tcp_orphan_retries, or raise net.ipv4.tcp_max_orphans.", "net/ipv4/tcp.c tcp_check_oom", null),
        Near("tcp-memory-near", "tcp_mem", "of the pages that net.ipv4.tcp_mem gives to TCP are taken", "Beyond it connections are reset and segments dropped.",
            "Raise net.ipv4.tcp_mem, or find programs that do not read.", "net/ipv4/tcp.c tcp_out_of_memory", null),
    ];

    // A limit that is not shown is no fault of a container: it is the machine's.
    private static Diagnosis Near(string id, string about, string taken, string means, string cure, string source, string? scenario) => new()
    {
        Id = id,
        Severity = Severity.Risk,
        Title = $"{about} is near its limit",
        When = $"Nine tenths or more {taken}.",
        Finds = facts => facts.Usages.GetValueOrDefault(id) is { } usage && AcceptRows.IsNear(usage.Share)
            ? [new Symptom(about, $"{usage.Share:0 %} {taken}.")] : [],
        Means = means,
        Cure = cure,
        KernelSource = source,
        Scenario = scenario,
    };

    private static string Hard(ProcessFacts one) => one.Hard > one.Soft
        ? $"It may raise the soft limit to {(one.Hard == long.MaxValue ? "any number" : one.Hard)} by itself."
        : $"The hard limit is {one.Hard}, too: only CAP_SYS_RESOURCE raises it.";
}
