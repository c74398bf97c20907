using LoadLab.Kernel.Abi;
using static LoadLab.Kernel.Abi.Constants;

namespace LoadLab.Kernel;

/// <summary>Descriptors that are open for nothing but to be closed when the process is at its fd limit and its runtime needs some.</summary>
/// <remarks>Not thread-safe. Each is an eventfd(2): it shows in no socket count. What they are for: CoreCLR starts a thread only when it can open two files,
/// and aborts with
/// "Out of memory." when it cannot (seen with .NET 10.0 on 6.18).</remarks>
public sealed class SpareDescriptors(int count) : IDisposable
{
    private readonly Stack<int> held = new(count);

    /// <summary>Opens those that are missing; fewer when no more are to be had.</summary>
    public void Take()
    {
        while (held.Count < count && Libc.eventfd(0, EFD_CLOEXEC) is >= 0 and var fd)
        {
            held.Push(fd);
        }
    }

    /// <summary>Closes all.</summary>
    public void Release()
    {
        while (held.TryPop(out var fd))
        {
            _ = Libc.close(fd);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Release();
}
