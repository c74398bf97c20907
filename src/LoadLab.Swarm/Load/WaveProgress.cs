using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>How far all threads of a worker are with one wave: tells once when the load is done.</summary>
/// <remarks>Concurrency: the only thing that threads of a wave share; each calls each method at most once, and the last one tells.</remarks>
internal sealed class WaveProgress(LoadUntil until, int threads, Action done)
{
    private int issuing = threads;
    private int unsettled = threads;
    private int watched;

    /// <summary>True for the first who asks: its pending connect is the one that is watched.</summary>
    public bool TryWatch() => Interlocked.Exchange(ref watched, 1) == 0;

    /// <summary>A thread has issued all of its connects.</summary>
    public void ThreadHasIssued() => Tell(ref issuing, LoadUntil.Issued);

    /// <summary>A thread has issued all of its connects and each is answered, failed or given up.</summary>
    public void ThreadHasSettled() => Tell(ref unsettled, LoadUntil.Settled);

    private void Tell(ref int left, LoadUntil reached)
    {
        if (Interlocked.Decrement(ref left) == 0 && until == reached)
        {
            done();
        }
    }
}
