using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>How connect() and bind(0) go through a range of ports until one will do.</summary>
/// <remarks>
/// A search begins at a place that only the kernel knows, goes on in steps of two and wraps round; then it does the same with the other parity. connect()
/// begins with the parity of the range's low end, bind() with the other. Of a range with an odd number of ports a search takes one less: its first port is left
/// out, or its last one where the search happens to begin at the first. One that fails does not change where the next one begins.
/// A search within IP_LOCAL_PORT_RANGE goes in steps of one since Linux 6.8.
/// The unknown start is drawn: <see cref="Timing.Choice"/> 0 never takes both ends of an odd range, nor the high one where the low one will not do, and prefers
/// ports that nobody has; 1 takes both and prefers ports that can be shared or taken from TIME-WAIT; between them the start is random, as the kernel's.
/// Kernel: net/ipv4/inet_hashtables.c __inet_hash_connect; net/ipv4/inet_connection_sock.c inet_csk_find_open_port; read in 6.12, measured on 6.18.
/// </remarks>
/// <param name="choice">The draw.</param>
internal sealed class PortSearch(double choice)
{
    private uint state = (uint)BitConverter.DoubleToInt64Bits(choice + 1) | 1;

    /// <summary>True: <see cref="Timing.Choice"/> 0 starts at the high end, the last of the ports that a load names in order.</summary>
    public bool StartsHigh { get; init; }

    /// <summary>The port that a search finds; -1 when none will do.</summary>
    /// <param name="range">The ports to go through.</param>
    /// <param name="ports">Those of them that will do.</param>
    /// <param name="isBind">bind(0), else connect().</param>
    /// <param name="step">1 or 2.</param>
    public int Find(PortRange range, in PortCandidates ports, bool isBind, int step)
    {
        var size = range.Count;
        var remaining = step == 2 && size > 1 ? size & ~1 : size;
        var offset = Offset(remaining, step, isOdd: remaining < size, isLowUsable: ports.First(range.First, 1, 1, null) >= 0);
        if (step == 1)
        {
            return Pass(range, ports, offset, remaining, step);
        }

        var first = Pass(range, ports, isBind ? offset | 1 : offset, remaining, step);
        return first >= 0 || remaining <= 1 ? first : Pass(range, ports, isBind ? offset : offset | 1, remaining, step);
    }

    private int Offset(int remaining, int step, bool isOdd, bool isLowUsable)
    {
        if (remaining <= step)
        {
            return 0;
        }

        // Only the start at 0 takes the low end of an odd range, and only another start the high one.
        var drawn = (int)(Next() % (uint)remaining) & ~(step - 1);
        return choice switch
        {
            0 when isOdd && !isLowUsable => 0,
            0 when StartsHigh => remaining - step,
            0 => drawn == 0 ? step : drawn,
            1 => isLowUsable ? 0 : drawn == 0 ? step : drawn,
            _ => drawn,
        };
    }

    private int Pass(PortRange range, in PortCandidates ports, int offset, int remaining, int step)
    {
        var from = range.First + offset;
        var count = Math.Max(1, remaining / step);
        var untilEnd = from > range.Last ? 0 : Math.Min(count, ((range.Last - from) / step) + 1);
        var wrapped = from + (untilEnd * step) - remaining;
        bool? isKnown = choice switch { 0 => false, 1 => true, _ => null };
        var port = isKnown is null || (isKnown == true && !ports.HasKnown) ? -1 : Preferred(ports, isKnown.Value);
        return port >= 0 ? port : Round(ports, null);

        // A port that another connection has comes before one that a later load names, where such are preferred, and is avoided longer.
        int Preferred(in PortCandidates of, bool known) => of.Named.Count == 0 || of.Owned.Count == 0 ? Round(of, known)
            : Round(known ? of with { Named = PortSet.Empty } : of, known) is var best and >= 0 ? best
            : Round(known ? of : of with { Named = PortSet.Empty }, known);

        int Round(in PortCandidates of, bool? known) =>
            of.First(from, step, untilEnd, known) is var found and >= 0 ? found : of.First(wrapped, step, count - untilEnd, known);
    }

    // xorshift32: the same draw gives the same run.
    private uint Next()
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return state;
    }
}
