using LoadLab.Model;
using LoadLab.KernelModel.Rules;

namespace LoadLab.KernelModel;

/// <summary>The open files of a whole kernel against fs.file-max.</summary>
/// <remarks>
/// A file is one for all descriptors that share it. The limit is soft by what the processors have not added to the rough count yet: <see cref="FileLimit.At"/>,
/// of which <paramref name="choice"/> draws one.
/// A process with CAP_SYS_ADMIN in the initial user namespace has no limit.
/// Kernel: fs/file_table.c alloc_empty_file; lib/percpu_counter.c.
/// </remarks>
/// <param name="limit">The fewest and the most files open when an ordinary process is refused.</param>
/// <param name="open">Files that are open when the model begins.</param>
/// <param name="choice">0…1: where in the range.</param>
internal sealed class FileTable(PredictedRange limit, long open, double choice)
{
    private readonly decimal most = Math.Floor(limit.Low + ((limit.High - limit.Low) * (decimal)choice));

    /// <summary>Files open.</summary>
    public long Open { get; private set; } = open;

    /// <summary>Opens that have failed with ENFILE.</summary>
    public long Failed { get; private set; }

    /// <summary>Opens a file: ENFILE when there are too many.</summary>
    /// <param name="isPrivileged">CAP_SYS_ADMIN in the initial user namespace.</param>
    public Errno Take(bool isPrivileged)
    {
        if (Open >= most && !isPrivileged)
        {
            Failed++;
            return Errno.ENFILE;
        }

        Open++;
        return Errno.None;
    }

    /// <summary>The last descriptor of a file is closed.</summary>
    public void Return() => Open--;
}
