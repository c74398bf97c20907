using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>
/// Looks at what is the whole kernel's: its table of open files, and its log. Only for a kernel that is the run's own; another kernel's is no evidence.
/// </summary>
/// <remarks>Not thread-safe: the sampler calls it under its gate.</remarks>
internal sealed class SystemWatch(Action<Observation> write, RunClock clock) : IDisposable
{
    private const int MostLines = 200;
    private readonly ProcFile files = new(FileTable.PathOf());
    private readonly KernelLog? log = KernelLog.TryOpen();
    private FileTable? last;
    private int lines;

    /// <summary>Writes how many files are open; when nothing has changed, only if <paramref name="always"/>.</summary>
    public void Files(bool always)
    {
        if (FileTable.Parse(files.Read()) is { } now && (always || now != last))
        {
            last = now;
            write(new FilesSeen(now.InUse, now.Limit) { T = clock.Now });
        }
    }

    /// <summary>Writes what the kernel has logged since the last call, up to 200 lines a variant.</summary>
    public void Log()
    {
        foreach (var line in log?.ReadNew() ?? [])
        {
            if (++lines <= MostLines)
            {
                write(new KernelLogged(line) { T = clock.Now });
            }
            else if (lines == MostLines + 1)
            {
                write(new SamplesLost(LossSource.KernelLog, 1, $"the kernel logged more than {MostLines} lines") { T = clock.Now });
            }
        }
    }

    public void Dispose() => files.Dispose();
}
