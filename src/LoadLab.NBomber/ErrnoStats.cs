using LoadLab.Model;
using NBomber.Contracts.Stats;

namespace LoadLab.NBomber;

/// <summary>Failures by errno in NBomber's figures, for its thresholds and for checks after a test.</summary>
/// <remarks>A failure of <see cref="SwarmScenario"/> has the errno's name as its status code. An errno that did not occur counts 0.</remarks>
public static class ErrnoStats
{
    /// <summary>How many iterations of a scenario failed with this errno.</summary>
    /// <param name="stats">NBomber's figures of the scenario.</param>
    /// <param name="errno">Its name, as <c>EMFILE</c>.</param>
    /// <exception cref="ArgumentException">There is no such errno: a threshold on a misspelt name would never fail.</exception>
    public static long CountOf(this ScenarioStats stats, string errno)
    {
        ArgumentNullException.ThrowIfNull(stats);
        if (!Errno.TryParse(errno, out var known))
        {
            throw new ArgumentException($"'{errno}' is not the name of an errno; names are as EMFILE, ETIMEDOUT, ECONNREFUSED, EADDRNOTAVAIL.", nameof(errno));
        }

        return stats.Fail.StatusCodes.Where(code => code.StatusCode == known.Name).Sum(code => (long)code.Count);
    }

    /// <summary>The same as a share of all iterations, in percent; 0 before the first has ended.</summary>
    /// <param name="stats">NBomber's figures of the scenario.</param>
    /// <param name="errno">Its name, as <c>EMFILE</c>.</param>
    /// <exception cref="ArgumentException">There is no such errno.</exception>
    public static double PercentOf(this ScenarioStats stats, string errno)
    {
        var count = stats.CountOf(errno);
        var all = (long)stats.Ok.Request.Count + stats.Fail.Request.Count;
        return all == 0 ? 0 : 100.0 * count / all;
    }
}
