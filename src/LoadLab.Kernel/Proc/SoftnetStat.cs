using System.Globalization;
using System.Text;

namespace LoadLab.Kernel;

/// <summary>/proc/net/softnet_stat: what each processor did with received packets before any protocol got them.</summary>
/// <remarks>
/// Of the whole machine, whatever the network namespace: the queues are the processors'. A packet over loopback waits in one, too
/// (drivers/net/loopback.c loopback_xmit, net/core/dev.c netif_rx).
/// Kernel: net/core/net-procfs.c softnet_seq_show: a line for each processor that is online, hexadecimal; the second column is softnet_data.dropped,
/// which grows when the queue has more than
/// net.core.netdev_max_backlog packets (net/core/dev.c enqueue_to_backlog); seen on 6.18.
/// </remarks>
public static class SoftnetStat
{
    /// <summary>The file below /proc.</summary>
    public const string PathInProc = "net/softnet_stat";

    /// <summary>Packets dropped by all processors since boot; null when the text is not of this form.</summary>
    public static ulong? Dropped(ReadOnlySpan<byte> text)
    {
        ulong sum = 0;
        var any = false;
        foreach (var line in Encoding.ASCII.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ') is not [_, var dropped, ..]
                || !ulong.TryParse(dropped, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var count))
            {
                return null;
            }

            sum += count;
            any = true;
        }

        return any ? sum : null;
    }
}
