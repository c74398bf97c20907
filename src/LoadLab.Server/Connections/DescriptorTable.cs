using LoadLab.Kernel;

namespace LoadLab.Server;

/// <summary>The accepted connections that are still open: one byte each, by the number of the descriptor, which the kernel keeps small.</summary>
/// <remarks>
/// Concurrency: any thread, under one lock that is held for a few instructions. A connection costs no object: a <c>Socket</c> would be some 300
/// bytes.
/// </remarks>
internal sealed class DescriptorTable
{
    /// <summary>Beyond this the question would take longer than a report may: half a microsecond for each.</summary>
    private const long MostAsked = 20_000;

    /// <summary>So many are asked under one lock: an accept thread waits for no more.</summary>
    private const int AskedInARow = 64;

    private readonly Lock gate = new();
    private bool[] isOpen = new bool[1024];
    private long open;
    private long closedRetransmits;

    /// <summary>Is told after each close.</summary>
    public Action? WhenClosed { get; set; }

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

    /// <summary>What tcpi_total_retrans says of all that are open, and said of the others as they were closed; null when too many are open.</summary>
    public long? Retransmits()
    {
        if (Open > MostAsked)
        {
            return null;
        }

        // A number is closed only after it was taken out, so whatever is in the table under the lock is still the connection that it was.
        var sum = Volatile.Read(ref closedRetransmits);
        for (var from = 0; from < Volatile.Read(ref isOpen).Length; from += AskedInARow)
        {
            lock (gate)
            {
                for (var fd = from; fd < Math.Min(isOpen.Length, from + AskedInARow); fd++)
                {
                    sum += isOpen[fd] ? SocketCalls.TotalRetransmits(fd) ?? 0 : 0;
                }
            }
        }

        return sum;
    }

    /// <summary>Takes one out and closes it. In this order: the kernel may give the number to another connection as soon as it is closed.</summary>
    public void Close(int fd)
    {
        var retransmits = SocketCalls.TotalRetransmits(fd) ?? 0;
        lock (gate)
        {
            isOpen[fd] = false;
            open--;
            closedRetransmits += retransmits;
        }

        _ = SocketCalls.Close(fd);
        WhenClosed?.Invoke();
    }

    /// <summary>Closes all; no error is reported.</summary>
    public void CloseAll()
    {
        WhenClosed = null;
        for (var fd = 0; fd < isOpen.Length; fd++)
        {
            if (isOpen[fd])
            {
                Close(fd);
            }
        }
    }
}
