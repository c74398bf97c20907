using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>
/// When the table of connections may be walked again: ten times a second where that costs no more than the 300th part of a processor, and less often
/// where it does.
/// </summary>
/// <remarks>
/// The cost of the next walk is estimated from what earlier ones have cost a socket and from how long the table is now: one that is filled in half a second
/// would otherwise be walked in the
/// midst of that, at the price of a hundred connects for each millisecond. Not thread-safe.
/// </remarks>
internal sealed class WalkPace
{
    private const int Share = 300;

    // A walk of an empty table has its price as well, which is not its sockets'.
    private const long AtLeast = 200;
    private static readonly Nanoseconds Every = Nanoseconds.FromMilliseconds(100);
    private Nanoseconds lastAt;
    private double perSocketNs;
    private long lastSockets;
    private long lastEstablished;
    private bool hasWalked;

    /// <summary>True when it may be walked now.</summary>
    /// <param name="now">On the run's clock.</param>
    /// <param name="established">Connections that are established now (Tcp.CurrEstab).</param>
    public bool IsDue(Nanoseconds now, long established)
    {
        var sockets = Math.Max(AtLeast, lastSockets + Math.Max(0, established - lastEstablished));
        var pause = new Nanoseconds((long)(sockets * perSocketNs * Share));
        return !hasWalked || now - lastAt >= (pause > Every ? pause : Every);
    }

    /// <summary>It was walked.</summary>
    /// <param name="now">On the run's clock.</param>
    /// <param name="took">How much processor time that took.</param>
    /// <param name="sockets">How many sockets there were.</param>
    /// <param name="established">Connections that were established then.</param>
    public void Walked(Nanoseconds now, Nanoseconds took, long sockets, long established)
    {
        perSocketNs = (double)took.Value / Math.Max(AtLeast, sockets);
        (lastAt, lastSockets, lastEstablished, hasWalked) = (now, sockets, established, true);
    }
}
