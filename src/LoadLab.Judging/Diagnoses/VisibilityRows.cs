using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>What could not be seen, and what is worth knowing though nothing is wrong.</summary>
internal static class VisibilityRows
{
    public static ImmutableArray<Diagnosis> All { get; } =
    [
        new Diagnosis
        {
            Id = "not-seen",
            Severity = Severity.Unseen,
            Title = "Something that was asked for cannot be seen",
            When = "/proc or the kernel does not show it to this user, in this namespace or on this kernel.",
            Finds = facts => facts.Unseen,
            Means = "",
            KernelSource = "fs/proc/base.c proc_pid_permission",
        },
        new Diagnosis
        {
            Id = "worth-knowing",
            Severity = Severity.Note,
            Title = "How a listener came to its limit, and where to look instead",
            When = "A port or a process was asked for.",
            Finds = facts => facts.Known,
            Means = "",
            KernelSource = "net/socket.c __sys_listen",
        },
    ];
}
