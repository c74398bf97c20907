using LoadLab.NBomber;
using NBomber.Contracts;
using NBomber.CSharp;

/// <summary>A scenario that fails on errnos: thresholds of NBomber 5.8 and 6.</summary>
public static class ErrnoThresholds
{
    /// <summary>200 connects a second for half a minute.</summary>
    /// <param name="swarm">LoadLab's clients.</param>
    public static ScenarioProps Create(SwarmScenario swarm) => swarm.Create("connect")
        .WithLoadSimulations(Simulation.Inject(rate: 200, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromSeconds(30)))
        .WithThresholds(
            // This process's own limits: the figures would be about the load generator.
            Threshold.Create(stats => stats.CountOf("EMFILE") + stats.CountOf("EADDRNOTAVAIL") == 0, abortWhenErrorCount: 1),

            // The server: nobody is refused, and of a hundred connects less than one is given up.
            Threshold.Create(stats => stats.CountOf("ECONNREFUSED") == 0),
            Threshold.Create(stats => stats.PercentOf("ETIMEDOUT") < 1, startCheckAfter: TimeSpan.FromSeconds(10)),
            Threshold.Create(stats => stats.Ok.Latency.Percent99 < 1000));
}
