namespace LoadLab.KernelModel;

/// <summary>A set of port numbers, 64 to a word; parts of 1,024 ports exist only where one is in the set.</summary>
internal sealed class PortSet
{
    private const int Ports = 65536;
    private const int WordsOfPart = 16;
    private readonly ulong[]?[] parts = new ulong[]?[Ports / 64 / WordsOfPart];

    /// <summary>No port.</summary>
    public static PortSet Empty { get; } = new();

    /// <summary>Ports in the set.</summary>
    public int Count { get; private set; }

    /// <summary>Ports 64 × <paramref name="word"/> and the 63 that follow, one bit each.</summary>
    public ulong Word(int word) => parts[word / WordsOfPart] is { } part ? part[word % WordsOfPart] : 0;

    /// <summary>True when the port is in the set.</summary>
    public bool Contains(int port) => (Word(port >> 6) & (1UL << (port & 63))) != 0;

    /// <summary>Puts a port in.</summary>
    public void Add(int port)
    {
        var part = parts[port >> 6 >> 4] ??= new ulong[WordsOfPart];
        ref var word = ref part[(port >> 6) % WordsOfPart];
        Count += (word & (1UL << (port & 63))) == 0 ? 1 : 0;
        word |= 1UL << (port & 63);
    }

    /// <summary>Takes a port out.</summary>
    public void Remove(int port)
    {
        if (Contains(port))
        {
            parts[port >> 6 >> 4]![(port >> 6) % WordsOfPart] &= ~(1UL << (port & 63));
            Count--;
        }
    }

    /// <summary>Takes all ports out.</summary>
    public void Clear()
    {
        Array.Clear(parts);
        Count = 0;
    }
}
