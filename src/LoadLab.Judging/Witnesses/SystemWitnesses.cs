using System.Collections.Immutable;

namespace LoadLab.Judging;

/// <summary>Rows of the <see cref="WitnessTable"/> for what is the whole kernel's: its open files and its log.</summary>
internal static class SystemWitnesses
{
    private const string NotSeen = "the kernel's table of files was not looked at: that is done where the sandbox is a kernel of its own";

    public static ImmutableArray<WitnessForm> Rows { get; } =
    [
        new("file-nr.in-use.last", "file-nr", (seen, _) => seen.Files.Last is { } last ? new(last.InUse) : Reading.Unseen(NotSeen)),
        new("file-nr.in-use.peak", "file-nr", (seen, _) => seen.Files.Last is not null ? new(seen.Files.Peak) : Reading.Unseen(NotSeen)),
        new("file-nr.limit", "file-nr", (seen, _) => seen.Files.Last is { } last ? new(last.Limit) : Reading.Unseen(NotSeen)),

        // What was open before the load, by the kernel's count, and what the clients have opened since, by their own.
        new("clients.files", "clients", (seen, _) => seen.Files.BeforeLoad is not { } before ? Reading.Unseen(NotSeen)
            : !seen.Clients.AllReported ? Reading.Unseen("not every swarm worker has reported on its sockets")
            : new(before + seen.Clients.Open + seen.Clients.Pending)),
        new("kernel-log.file-max.lines", "kernel-log", (seen, _) => seen.Files.Last is not null ? new(seen.KernelLog.FileMaxLines) : Reading.Unseen(NotSeen)),
        new("kernel-log.file-max.limit", "kernel-log", (seen, _) => seen.Files.Last is null ? Reading.Unseen(NotSeen)
            : seen.KernelLog.FileMaxLimit is { } limit ? new(limit) : Reading.Never),
    ];
}
