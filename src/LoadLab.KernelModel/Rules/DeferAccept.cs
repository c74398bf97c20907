using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>What the kernel makes of TCP_DEFER_ACCEPT: a number of SYN-ACK time-outs during which a bare final ACK does not end the handshake.</summary>
/// <remarks>Kernel: net/ipv4/tcp.c secs_to_retrans, retrans_to_secs; read in 6.12, seen on 6.18: 1 s asked, 1 s live; 2 s, 3 s; 30 s, 31 s.</remarks>
public static class DeferAccept
{
    /// <summary>File and functions of the kernel.</summary>
    public const string KernelSource = "net/ipv4/tcp.c secs_to_retrans, retrans_to_secs";

    private const int MostTimeouts = 255;
    private static readonly Nanoseconds Initial = Nanoseconds.FromSeconds(1);
    private static readonly Nanoseconds Longest = Nanoseconds.FromSeconds(120);

    /// <summary>How many time-outs it takes until so long has passed; 0 for off.</summary>
    public static int Timeouts(Nanoseconds asked) => Steps(asked).Timeouts;

    /// <summary>The time that getsockopt() tells: the end of the last of them.</summary>
    public static Nanoseconds Live(Nanoseconds asked) => Steps(asked).Live;

    private static (int Timeouts, Nanoseconds Live) Steps(Nanoseconds asked)
    {
        var (timeouts, live, step) = (0, Nanoseconds.Zero, Initial);
        while (live < asked && timeouts < MostTimeouts)
        {
            live += step;
            timeouts++;
            step = step + step < Longest ? step + step : Longest;
        }

        return (timeouts, live);
    }
}
