namespace LoadLab.KernelModel;

/// <summary>A set of port numbers, 64 to a word; parts of 1,024 ports exist only where one is in the set.</summary>
internal sealed class PortSet
{
    /// <summary>Ports of a part are one number shifted right by this.</summary>
    public const int BitsOfPart = 10;

    /// <summary>Words of a part.</summary>
    public const int WordsOfPart = PortsOfPart / 64;

    private const int PortsOfPart = 1 << BitsOfPart;
    private const int Parts = 65536 / PortsOfPart;
    private static readonly ulong[] Nothing = new ulong[WordsOfPart];
    private readonly ulong[]?[] parts = new ulong[]?[Parts];
    private readonly int[] even = new int[Parts];
    private readonly int[] odd = new int[Parts];

    /// <summary>No port.</summary>
    public static PortSet Empty { get; } = new();

    /// <summary>Ports in the set.</summary>
    public int Count { get; private set; }

    /// <summary>The words of one part.</summary>
    public ReadOnlySpan<ulong> Part(int part) => parts[part] ?? Nothing;

    /// <summary>True when no port of a part is in the set.</summary>
    public bool HasNoneOf(int part) => even[part] + odd[part] == 0;

    /// <summary>True when each port of a part is in the set, or each of one parity.</summary>
    /// <param name="part">Which part.</param>
    /// <param name="isOdd">Only the odd ones, or only the even ones; null: all.</param>
    public bool HasAllOf(int part, bool? isOdd) => isOdd switch
    {
        null => even[part] + odd[part] == PortsOfPart,
        true => odd[part] == PortsOfPart / 2,
        false => even[part] == PortsOfPart / 2,
    };

    /// <summary>True when the port is in the set.</summary>
    public bool Contains(int port) => (Part(port >> BitsOfPart)[(port >> 6) % WordsOfPart] & (1UL << (port & 63))) != 0;

    /// <summary>Puts a port in.</summary>
    public void Add(int port)
    {
        if (!Contains(port))
        {
            (parts[port >> BitsOfPart] ??= new ulong[WordsOfPart])[(port >> 6) % WordsOfPart] |= 1UL << (port & 63);
            CountPort(port, 1);
        }
    }

    /// <summary>Takes a port out.</summary>
    public void Remove(int port)
    {
        if (Contains(port))
        {
            parts[port >> BitsOfPart]![(port >> 6) % WordsOfPart] &= ~(1UL << (port & 63));
            CountPort(port, -1);
        }
    }

    /// <summary>Takes all ports out.</summary>
    public void Clear()
    {
        Array.Clear(parts);
        Array.Clear(even);
        Array.Clear(odd);
        Count = 0;
    }

    private void CountPort(int port, int by)
    {
        Count += by;
        ((port & 1) == 0 ? even : odd)[port >> BitsOfPart] += by;
    }
}
