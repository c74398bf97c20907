using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Watches one pending connect as an example: writes each SYN that its kernel has retransmitted.</summary>
internal sealed class SynWatch(int worker, int wave, int token, int fd, long issuedAt, Action<Observation> write)
{
    private long seen;

    /// <summary>The connection in the table.</summary>
    public int Token => token;

    /// <summary>Reads tcpi_total_retrans and writes what is new.</summary>
    public void Look(long now)
    {
        var total = SocketCalls.TotalRetransmits(fd) ?? 0;
        while (seen < total)
        {
            seen++;
            write(new SynResent(worker, wave, (int)seen, new Nanoseconds(now - issuedAt)) { T = new Nanoseconds(now) });
        }
    }
}
