using LoadLab.Kernel;

namespace LoadLab.Server;

/// <summary>The accepted connections that are still open: one byte each, by the number of the descriptor, which the kernel keeps small.</summary>
/// <remarks>Concurrency: any thread, under one lock that is held for a few instructions. A connection costs no object: a <c>Socket</c> would be some 300 bytes.</remarks>
internal sealed class DescriptorTable
{
    private readonly Lock gate = new();
    private bool[] isOpen = new bool[1024];
    private long open;

    /// <summary>How many are open.</summary>
    public long Open => Volatile.Read(ref open);

    /// <summary>A descriptor has come.</summary>
    public void Add(int fd)
    {
        lock (gate)
        {
            if (fd >= isOpen.Length)
            {
                Array.Resize(ref isOpen, Math.Max(fd + 1, isOpen.Length * 2));
            }

            isOpen[fd] = true;
            open++;
        }
    }

    /// <summary>Takes one out and closes it. In this order: the kernel may give the number to another connection as soon as it is closed.</summary>
    public void Close(int fd)
    {
        lock (gate)
        {
            isOpen[fd] = false;
            open--;
        }

        _ = SocketCalls.Close(fd);
    }

    /// <summary>Closes all.</summary>
    public void CloseAll()
    {
        for (var fd = 0; fd < isOpen.Length; fd++)
        {
            if (isOpen[fd])
            {
                Close(fd);
            }
        }
    }
}
