using LoadLab.Model;

namespace LoadLab.Planning.Checks;

/// <summary>Settings that a scenario names and that change nothing in it: the run goes on without them, and a note says so.</summary>
internal static class NoEffectCheck
{
    private static readonly SwarmSpec Initial = new();

    // A setting; the loads that have it, and where it has an effect.
    private static readonly (Setting Setting, Func<SwarmSpec, bool> IsSet, LoadShape[] Shapes)[] OfShapes =
    [
        (SwarmSettings.Rate, load => load.Rate != Initial.Rate, [LoadShape.Rate, LoadShape.Ramp]),
        (SwarmSettings.To, load => load.To != Initial.To, [LoadShape.Ramp]),
        (SwarmSettings.For, load => load.For != Initial.For, [LoadShape.Rate, LoadShape.Ramp, LoadShape.Churn]),
    ];

    /// <summary>Notes each of them, and a name of the scenario that is an old one.</summary>
    /// <param name="check">The variant.</param>
    /// <param name="formerName">The old name that it was asked for by; null: it was not.</param>
    public static void Run(PlanCheck check, string? formerName)
    {
        var scenario = check.Scenario;
        if (formerName is not null)
        {
            check.Note($"{formerName} is the former name of {scenario.Name}");
        }

        foreach (var (setting, isSet, shapes) in OfShapes)
        {
            // A value that is the default as well is only known from where it is written.
            bool Has(SwarmSpec load) => isSet(load) || check.IsDeclared(setting.Name);
            if (check.Loads.FirstOrDefault(Has) is { } load && !check.Loads.Any(one => Has(one) && shapes.Contains(one.Shape)))
            {
                check.Note($"{setting.Name} has no effect in shape {EnumWords<LoadShape>.Of(load.Shape)}; set swarm.shape to "
                    + $"{string.Join(" or ", shapes.Select(EnumWords<LoadShape>.Of))} to use it");
            }
        }

        if (check.Loads.Any(load => load is { Ports: PortStrategy.Planned, Bind: not null }))
        {
            check.Note("swarm.bind has no effect where swarm.ports is planned: bind() names the port");
        }

        if (check.Loads.Any(load => load is { Ports: PortStrategy.Planned, LocalPorts: not null }))
        {
            check.Note("swarm.local-ports has no effect where swarm.ports is planned: the kernel picks no port");
        }

        if (scenario.Actions<PeerAction>().FirstOrDefault(action => action.Bytes > 0 && action.Send != PeerSegment.Data) is { } peer)
        {
            check.Note($"peer.bytes has no effect with send {EnumWords<PeerSegment>.Of(peer.Send)}; set send to data to use it");
        }

        if (check.Loads.FirstOrDefault(load => load.ConnectTimeout > Nanoseconds.Zero && load.UserTimeout >= load.ConnectTimeout) is { } late)
        {
            check.Note($"swarm.user-timeout {late.UserTimeout} has no effect on connect(), which swarm.connect-timeout ends after {late.ConnectTimeout}");
        }

        CheckKept(check, "server.user-timeout", scenario.Server.UserTimeout > Nanoseconds.Zero);
        CheckKept(check, "server.keepalive", scenario.Server.Keepalive is not null);
        if (scenario.Server.AcceptThreads > 1 && scenario.Server.Accept.Kind == AcceptPolicyKind.Never && !scenario.Has<AcceptAction>())
        {
            check.Note("server.accept-threads has no effect while server.accept is never");
        }
    }

    private static void CheckKept(PlanCheck check, string name, bool isSet)
    {
        if (isSet && check.Scenario.Server.Connection is (ConnectionBehaviour.Close or ConnectionBehaviour.Reset) and var connection)
        {
            check.Note($"{name} has no effect where server.connection is {EnumWords<ConnectionBehaviour>.Of(connection)}: no connection is kept that could "
                + $"wait");
        }
    }
}
