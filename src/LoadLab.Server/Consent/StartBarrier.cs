using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>Swarms that wait for each other: all are told the same moment to start at, once as many as awaited are ready.</summary>
/// <remarks>Not thread-safe: one thread asks. Who becomes ready after the start is told when that was, and joins late.</remarks>
/// <param name="awaited">How many; 0: nobody waits for anybody.</param>
/// <param name="clock">Its clock.</param>
internal sealed class StartBarrier(int awaited, RunClock clock)
{
    /// <summary>Replicas that are remembered at most: who asks could be anybody.</summary>
    public const int MostReplicas = 10_000;

    // Each asks ten times a second, so all have heard of the moment before it comes.
    private static readonly Nanoseconds Notice = Nanoseconds.FromSeconds(1);
    private readonly HashSet<string> ready = [];
    private Nanoseconds? start = awaited == 0 ? clock.Now : null;

    /// <summary>How many are ready.</summary>
    public int Ready => ready.Count;

    /// <summary>True when this one had not said so before.</summary>
    public bool IsReady(string replica)
    {
        if (ready.Count >= MostReplicas || !ready.Add(replica))
        {
            return false;
        }

        if (start is null && ready.Count >= awaited)
        {
            start = clock.Now + Notice;
        }

        return true;
    }

    /// <summary>What a swarm is told now.</summary>
    public ConsentAnswer Answer(string token) => new(token, ready.Count, awaited, awaited == 0 ? Nanoseconds.Zero : start - clock.Now);
}
