using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>How many descriptors another process has open, asked again and again: one call each time, however many there are.</summary>
/// <remarks>
/// Holds one descriptor of its own. Unit: descriptors. Kernel: fs/proc/fd.c proc_fd_getattr (st_size, since 6.2); before, they are listed.
/// </remarks>
public sealed class ProcessDescriptorCount : IDisposable
{
    private readonly OwnDescriptors descriptors;

    private ProcessDescriptorCount(OwnDescriptors descriptors) => this.descriptors = descriptors;

    /// <summary>Opens /proc/PID/fd; null when there is no such process, or this user may not list its descriptors.</summary>
    public static ProcessDescriptorCount? TryOpen(int pid)
    {
        try
        {
            return new ProcessDescriptorCount(new OwnDescriptors($"/proc/{pid}/fd"));
        }
        catch (KernelException)
        {
            return null;
        }
    }

    /// <summary>How many are open now; null when the process is gone.</summary>
    public long? Read()
    {
        try
        {
            return descriptors.Count() is > 0 and var open ? open : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => descriptors.Dispose();
}
