using System.Numerics;

namespace LoadLab.KernelModel;

/// <summary>The ports that will do for one bind() or connect(): those in none of the blocked sets, and those that are free again nevertheless.</summary>
/// <param name="Reserved">Blocked.</param>
/// <param name="Taken">Blocked.</param>
/// <param name="InUse">Blocked, but for <paramref name="FreeAgain"/>.</param>
/// <param name="FreeAgain">Ports of <paramref name="InUse"/> that will do.</param>
/// <param name="Known">Ports that somebody has or had: which of those that will do the draw prefers or avoids.</param>
internal readonly record struct PortCandidates(PortSet Reserved, PortSet Taken, PortSet InUse, PortSet FreeAgain, PortSet Known)
{
    /// <summary>Further known ports.</summary>
    public PortSet AlsoKnown { get; init; } = PortSet.Empty;

    /// <summary>Ports that a later load names: whether an earlier search has happened to take them is open.</summary>
    public PortSet Named { get; init; } = PortSet.Empty;

    /// <summary>Ports that connections to other destinations have, where a later load names ports: how many they have together is open.</summary>
    public PortSet Owned { get; init; } = PortSet.Empty;

    /// <summary>True when somebody has or had any port, or will name it.</summary>
    public bool HasKnown => Known.Count + AlsoKnown.Count + Named.Count + Owned.Count > 0;

    /// <summary>The first that will do from <paramref name="from"/> on, of <paramref name="count"/> ports that are <paramref name="step"/> (1 or 2) apart; -1
    /// when there is none.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="step">1 or 2.</param>
    /// <param name="count">How many to look at.</param>
    /// <param name="isKnown">Only known ports, or only others; null: all.</param>
    public int First(int from, int step, int count, bool? isKnown)
    {
        if (count <= 0)
        {
            return -1;
        }

        var last = from + ((count - 1) * step);
        bool? isOdd = step == 1 ? null : (from & 1) != 0;
        for (var part = from >> PortSet.BitsOfPart; part <= last >> PortSet.BitsOfPart; part++)
        {
            if (!IsBlocked(part, isOdd) && FirstOf(part, from, last, isOdd, isKnown) is var port and >= 0)
            {
                return port;
            }
        }

        return -1;
    }

    private bool IsBlocked(int part, bool? isOdd) => Reserved.HasAllOf(part, isOdd) || Taken.HasAllOf(part, isOdd)
        || (InUse.HasAllOf(part, isOdd) && FreeAgain.HasNoneOf(part));

    private int FirstOf(int part, int from, int last, bool? isOdd, bool? isKnown)
    {
        var reserved = Reserved.Part(part);
        var taken = Taken.Part(part);
        var inUse = InUse.Part(part);
        var again = FreeAgain.Part(part);
        var known = Known.Part(part);
        var also = AlsoKnown.Part(part);
        var named = Named.Part(part);
        var owned = Owned.Part(part);
        var parity = isOdd switch { null => ulong.MaxValue, false => 0x5555555555555555UL, true => 0xAAAAAAAAAAAAAAAAUL };
        var first = part * PortSet.WordsOfPart;
        for (var word = Math.Max(from >> 6, first); word <= last >> 6 && word < first + PortSet.WordsOfPart; word++)
        {
            var i = word - first;
            var bits = ~reserved[i] & ~taken[i] & (~inUse[i] | again[i]) & parity;
            var met = known[i] | also[i] | named[i] | owned[i];
            bits &= isKnown switch { null => ulong.MaxValue, true => met, false => ~met };
            bits &= word == from >> 6 ? ulong.MaxValue << (from & 63) : ulong.MaxValue;
            bits &= word == last >> 6 ? ulong.MaxValue >> (63 - (last & 63)) : ulong.MaxValue;
            if (bits != 0)
            {
                return (word << 6) + BitOperations.TrailingZeroCount(bits);
            }
        }

        return -1;
    }
}
