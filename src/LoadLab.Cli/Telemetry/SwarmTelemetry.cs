using LoadLab.Model;
using LoadLab.Swarm;
using Microsoft.Extensions.Logging;

namespace LoadLab.Cli;

/// <summary>The telemetry of a swarm on its own: that of any process on its own, with one log record at the end.</summary>
internal sealed class SwarmTelemetry : IDisposable
{
    private readonly AloneTelemetry alone;
    private readonly SwarmTarget target;
    private readonly ILoggerFactory logging;

    private SwarmTelemetry(AloneTelemetry alone, SwarmTarget target)
    {
        (this.alone, this.target) = (alone, target);
        logging = LoggerFactory.Create(alone.AddTo);
        alone.Sample(target.Port);
    }

    /// <summary>Starts it; null without an endpoint.</summary>
    public static SwarmTelemetry? TryStart(SwarmTarget target, TextWriter error) => AloneTelemetry.TryStart(error) is { } alone ? new SwarmTelemetry(alone, target) : null;

    /// <summary>Takes an observation, from any thread.</summary>
    public void Record(Observation observation) => alone.Record(observation);

    /// <summary>The swarm has ended.</summary>
    public void End(SwarmSummary summary)
    {
        logging.CreateLogger("LoadLab.Swarm").SwarmEnds(target.ToString(), summary.Attempted, summary.Established, summary.Failed);
        alone.Finish();
    }

    public void Dispose()
    {
        alone.Dispose();
        logging.Dispose();
    }
}
