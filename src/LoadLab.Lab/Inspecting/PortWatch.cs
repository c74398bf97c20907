using System.Diagnostics;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Watches a port for a while: how many clients come, how long the program does not accept, how long the queue becomes. Reads only.</summary>
/// <remarks>
/// The kernel counts arrivals for the whole network namespace (Tcp.PassiveOpens), so other listeners' clients are among them.
/// An accept is an arrival that is not in the queue any more: arrivals less the queue's growth. A pause is a time in which connections were queued and
/// none was accepted.
/// </remarks>
public static class PortWatch
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks a hundred times a second, for so long or until it is stopped.</summary>
    public static async Task<PortLoad> WatchAsync(int port, TimeSpan length, CancellationToken stopping)
    {
        using var reader = new NetCounterReader();
        using var diag = new SockDiag();
        using var timer = new PeriodicTimer(LookEvery);
        var clock = Stopwatch.StartNew();
        long Queue() => diag.Listeners(new PortRange(port, port)).Sum(one => (long)one.Queue);
        ulong Opens() => reader.Read()[Counter.PassiveOpens.Name] ?? 0;
        var (queue, opens) = (Queue(), Opens());
        var (first, peak, pauseBegan, longest) = (opens, queue, clock.Elapsed, TimeSpan.Zero);
        while (clock.Elapsed < length && !stopping.IsCancellationRequested)
        {
            // Every look is taken, also after the signal: the loop itself ends.
            await timer.WaitForNextTickAsync(CancellationToken.None);
            var (nowQueue, nowOpens, now) = (Queue(), Opens(), clock.Elapsed);
            var accepted = (long)(nowOpens - opens) - (nowQueue - queue);
            if (nowQueue == 0 || accepted > 0)
            {
                pauseBegan = now;
            }

            longest = now - pauseBegan > longest ? now - pauseBegan : longest;
            (queue, opens, peak) = (nowQueue, nowOpens, Math.Max(peak, nowQueue));
        }

        var lasted = clock.Elapsed.TotalSeconds;
        return new PortLoad(Math.Round(lasted, 3), Math.Round((opens - first) / lasted, 3), Math.Round(longest.TotalSeconds, 3), peak);
    }
}
