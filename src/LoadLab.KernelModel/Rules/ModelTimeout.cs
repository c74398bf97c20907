using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>How the kernel turns a number of retries into a time: how long so many doublings of a first time-out would take, whatever the connection's own
/// time-out is.</summary>
/// <remarks>
/// So tcp_retries2 is no count of retransmissions: a connection whose time-out is longer than the model's is given up after fewer of them.
/// Kernel: net/ipv4/tcp_timer.c tcp_model_timeout, retransmits_timed_out; the base is 1 s for a SYN and TCP_RTO_MIN, 200 ms, for the rest, also where
/// tcp_rto_min_us says otherwise (measured on 6.18).
/// </remarks>
public static class ModelTimeout
{
    /// <summary>TCP_RTO_MIN (include/net/tcp.h): HZ / 5.</summary>
    public static readonly Nanoseconds EstablishedBase = Nanoseconds.FromMilliseconds(200);

    /// <summary>The time of so many retries, no step of it longer than the longest.</summary>
    public static Nanoseconds Of(int retries, Nanoseconds first, Nanoseconds longest)
    {
        var doublings = 0;
        while (first.Value << (doublings + 1) <= longest.Value)
        {
            doublings++;
        }

        return retries <= doublings
            ? new Nanoseconds(((2L << retries) - 1) * first.Value)
            : new Nanoseconds((((2L << doublings) - 1) * first.Value) + ((retries - doublings) * longest.Value));
    }
}
