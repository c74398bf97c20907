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

    /// <summary>True when somebody has or had any port, or will name it.</summary>
    public bool HasKnown => Known.Count + AlsoKnown.Count + Named.Count > 0;

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
        var parity = step == 1 ? ulong.MaxValue : (from & 1) == 0 ? 0x5555555555555555UL : 0xAAAAAAAAAAAAAAAAUL;
        for (var word = from >> 6; word <= last >> 6; word++)
        {
            var bits = ~Reserved.Word(word) & ~Taken.Word(word) & (~InUse.Word(word) | FreeAgain.Word(word)) & parity;
            var known = Known.Word(word) | AlsoKnown.Word(word) | Named.Word(word);
            bits &= isKnown switch { null => ulong.MaxValue, true => known, false => ~known };
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
