using System.Collections.Immutable;
using LoadLab.Model;
using Microsoft.Extensions.Configuration;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace LoadLab.NBomber;

/// <summary>
/// A reporting sink that writes NBomber's figures into the run's observations, beside what the clients and the kernel say of the same connects.
/// </summary>
/// <remarks>
/// NBomber tells figures of whole reporting intervals, each of its interval only, and never the last piece of one; the final ones are of the whole
/// test. Counts are those of scenario iterations (Ok and Fail), not NBomber's All* counts, which mix iterations with steps.
/// Starting and stopping are called twice, for warm-up and test, and do nothing.
/// </remarks>
public sealed class ObservationSink(NBomberRun run) : IReportingSink
{
    /// <inheritdoc/>
    public string SinkName => "LoadLab";

    /// <inheritdoc/>
    public Task Init(IBaseContext context, IConfiguration infraConfig) => Task.CompletedTask;

#if NBOMBER_5_8
    /// <inheritdoc/>
    public Task Start(SessionStartInfo sessionInfo) => Task.CompletedTask;
#else
    /// <inheritdoc/>
    public Task Start() => Task.CompletedTask;
#endif

    /// <inheritdoc/>
    public Task SaveRealtimeStats(ScenarioStats[] stats)
    {
        ArgumentNullException.ThrowIfNull(stats);
        Write(stats, isFinal: false);
        return Task.CompletedTask;
    }

#if NBOMBER_6
    /// <inheritdoc/>
    public Task SaveRealtimeMetrics(MetricStats stats) => Task.CompletedTask;
#endif

    /// <inheritdoc/>
    public Task SaveFinalStats(NodeStats stats)
    {
        ArgumentNullException.ThrowIfNull(stats);
        Write(stats.ScenarioStats, isFinal: true);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Stop() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Write(ScenarioStats[] stats, bool isFinal)
    {
        // Of other scenarios of the same test LoadLab's clients know nothing.
        foreach (var one in stats.Where(one => run.IsOwn(one.ScenarioName)))
        {
            run.Record(new ToolFigures(
                "NBomber",
                one.ScenarioName,
                isFinal,
                one.Ok.Request.Count,
                one.Fail.Request.Count,
                one.Ok.StatusCodes.Concat(one.Fail.StatusCodes).GroupBy(code => code.StatusCode, StringComparer.Ordinal)
                    .ToImmutableSortedDictionary(group => group.Key, group => group.Sum(code => (long)code.Count), StringComparer.Ordinal),
                Seconds(one.Ok.Latency.Percent50),
                Seconds(one.Ok.Latency.Percent95),
                Seconds(one.Ok.Latency.Percent99),
                Seconds(one.Ok.Latency.MaxMs)) { T = run.Clock.Now });
        }
    }

    // NBomber rounds to 10 us.
    private static double Seconds(double milliseconds) => Math.Round(milliseconds / 1000, 6);
}
