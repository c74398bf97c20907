using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>At how many open files of the whole kernel an ordinary process gets ENFILE.</summary>
/// <remarks>
/// Unit: files. An open fails when fs.file-max are open already and the process has no CAP_SYS_ADMIN in the initial user namespace; one that has goes on
/// without any limit.
/// The kernel looks at a count that each processor of an SMP kernel adds to in batches, and counts exactly only when that rough count has reached the limit. So
/// it never fails too early, and
/// fails late by what the processors have not yet added: less than a batch each. A kernel without SMP (User-Mode Linux 6.1) counts exactly.
/// Kernel: fs/file_table.c alloc_empty_file; lib/percpu_counter.c percpu_counter_add_batch (batch = max(32, 2 × processors)), include/linux/percpu_counter.h;
/// read in 6.1.
/// </remarks>
public static class FileLimit
{
    /// <summary>Where it stands.</summary>
    public const string KernelSource = "fs/file_table.c alloc_empty_file";

    /// <summary>The fewest and the most files that can be open when an ordinary process is refused for the first time.</summary>
    /// <param name="fileMax">fs.file-max.</param>
    /// <param name="isSmp">Whether the kernel is built for several processors: kernel.version has the word SMP then (scripts/mkcompile_h,
    /// init/Makefile).</param>
    /// <param name="processors">How many are online.</param>
    public static PredictedRange At(long fileMax, bool isSmp, int processors) =>
        new(fileMax, fileMax + (isSmp ? (long)processors * (Math.Max(32, 2 * processors) - 1) : 0));

    /// <summary>Whether kernel.version is that of an SMP kernel; true where it is not known, since less is predicted then.</summary>
    public static bool IsSmp(string? kernelVersion) => kernelVersion is null || kernelVersion.Split(' ').Contains("SMP");
}
