using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>What one thread did for one wave since the last <see cref="Take"/>. One thread calls it; what it takes is handed on.</summary>
internal sealed class ConnectTally(int worker, int thread, int wave)
{
    // An empty histogram is only ever read.
    private static readonly LatencyHistogram Empty = new();
    private readonly FailureTally failures = new();
    private long attempted;
    private long established;
    private long ended;
    private LatencyHistogram? latency;
    private LatencyHistogram? lateness;
    private LatencyHistogram?[]? resent;
    private OwnTimeTally? ownTimes;

    /// <summary>True when nothing happened.</summary>
    public bool IsEmpty => attempted == 0 && established == 0 && ended == 0 && failures.IsEmpty;

    /// <summary>A connect is issued, so much later than it was meant to be.</summary>
    public void Issued(long latenessNs)
    {
        attempted++;
        (lateness ??= new LatencyHistogram()).Add(new Nanoseconds(latenessNs));
    }

    /// <summary>A connect is established, so long after it was meant to start, and its SYN was retransmitted so often.</summary>
    public void Established(long latencyNs, int retransmits)
    {
        established++;
        (latency ??= new LatencyHistogram()).Add(new Nanoseconds(latencyNs));
        if (retransmits > 0)
        {
            resent ??= new LatencyHistogram?[ResentConnects.Most + 1];
            (resent[Math.Min(retransmits, ResentConnects.Most)] ??= new LatencyHistogram()).Add(new Nanoseconds(latencyNs));
        }
    }

    /// <summary>A connect failed, so long after it was meant to start.</summary>
    public void Failed(string syscall, Errno errno, long at, long durationNs) => failures.Add(syscall, errno, at, durationNs);

    /// <summary>The calls of a connect of a burst took so long.</summary>
    public void Took(int tenth, bool isFailed, long ns) => (ownTimes ??= new OwnTimeTally()).Add(tenth, isFailed, ns);

    /// <summary>A connection was closed, reset or half-closed by the client.</summary>
    public void Ended() => ended++;

    /// <summary>What was counted; starts again from nothing.</summary>
    public ConnectsCounted Take(long now)
    {
        var taken = new ConnectsCounted(worker, thread, wave, attempted, established, ended, failures.Take(), latency ?? Empty, lateness ?? Empty)
        {
            T = new Nanoseconds(now),
            OwnTimes = ownTimes?.Take() ?? [],
            Resent = resent is null ? null : [.. resent.Index().Where(one => one.Item is not null).Select(one => new ResentConnects(one.Index, one.Item!))],
        };
        attempted = established = ended = 0;
        (latency, lateness, resent) = (null, null, null);
        return taken;
    }
}
