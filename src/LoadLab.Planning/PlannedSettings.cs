using System.Collections.Immutable;
using System.Globalization;
using LoadLab.Model;
using LoadLab.Planning.Predictions;

namespace LoadLab.Planning;

/// <summary>A variant's settings by name, what was asked beside what the kernel makes of it.</summary>
internal static class PlannedSettings
{
    /// <summary>Names as in the scenario file; sysctls by their dotted name; <c>backlog</c> and <c>live_backlog</c> side by side.</summary>
    public static ImmutableSortedDictionary<string, string> Of(Scenario scenario, LiveSysctls sysctls, int liveBacklog, int workers)
    {
        var server = scenario.Server;
        var swarm = scenario.Swarm;
        var settings = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        settings["backlog"] = settings["server.backlog"] = Text(server.Backlog);
        settings["live_backlog"] = Text(liveBacklog);
        settings["net.core.somaxconn"] = Text(sysctls.Somaxconn);
        settings["sandbox"] = EnumWords<SandboxKind>.Of(scenario.Sandbox);
        settings["hold"] = scenario.Hold.ToString();
        settings["server.address"] = server.Address;
        settings["server.accept"] = server.Accept.ToString();
        if (scenario.Subject is { } subject)
        {
            settings["subject.command"] = subject.CommandLine;
            settings["subject.target"] = subject.Target;
        }
        else
        {
            settings["server.at-limit"] = server.AtLimit.ToString();
            settings["server.connection"] = EnumWords<ConnectionBehaviour>.Of(server.Connection);
        }

        settings["server.listeners"] = Text(server.Listeners);
        settings["server.ports"] = Text(server.Ports);
        AddTime(settings, "server.defer-accept", server.DeferAccept);
        AddTime(settings, "server.user-timeout", server.UserTimeout);
        settings["swarm.shape"] = EnumWords<LoadShape>.Of(swarm.Shape);
        settings["swarm.then"] = EnumWords<ClientEnd>.Of(swarm.Then);
        settings["swarm.ports"] = EnumWords<PortStrategy>.Of(swarm.Ports);
        settings["swarm.bind"] = EnumWords<BindWay>.Of(swarm.LiveBind);
        if (swarm.LocalPorts is { } local)
        {
            settings["swarm.local-ports"] = local.ToString();
        }

        settings["swarm.workers"] = Text(workers);
        if (swarm.Connections > 0)
        {
            settings["swarm.connections"] = Text(swarm.Connections);
        }

        if (swarm.Shape is LoadShape.Rate or LoadShape.Ramp)
        {
            settings["swarm.rate"] = swarm.Rate.ToString();
        }

        if (swarm.Shape is not LoadShape.Burst)
        {
            settings["swarm.for"] = swarm.For.ToString();
        }

        AddTime(settings, "swarm.connect-timeout", swarm.ConnectTimeout);
        AddTime(settings, "swarm.rto-max", swarm.RtoMax);
        AddTime(settings, "swarm.user-timeout", swarm.UserTimeout);
        if (swarm.Target is { } target)
        {
            settings["swarm.target"] = target;
        }

        if (swarm.SynCount is { } count)
        {
            settings["swarm.syn-count"] = Text(count);
        }

        if (scenario.Phases.Any(phase => phase.Action.Kind == PhaseActionKind.Peer))
        {
            settings["peer.sources"] = scenario.Peer.Sources.ToString();
            settings["peer.timestamps"] = scenario.Peer.Timestamps ? "true" : "false";
        }

        AddLimit(settings, "limits.server.nofile", scenario.ServerNofile);
        AddLimit(settings, "limits.swarm.nofile", scenario.SwarmNofile);
        AddLimit(settings, "limits.server.spare", scenario.ServerSpare);
        AddLimit(settings, "limits.swarm.spare", scenario.SwarmSpare);
        if (scenario.SwarmCapabilities != CapabilitySet.All)
        {
            settings["limits.swarm.capabilities"] = EnumWords<CapabilitySet>.Of(scenario.SwarmCapabilities);
        }

        foreach (var name in Planner.SysctlsOfInterest.Concat(scenario.Sysctls.Keys))
        {
            if (sysctls.Text(name) is { } value)
            {
                settings[name] = Keys.SysctlForm.Normal(value);
            }
        }

        return settings.ToImmutable();
    }

    private static void AddTime(ImmutableSortedDictionary<string, string>.Builder settings, string name, Nanoseconds time)
    {
        if (time > Nanoseconds.Zero)
        {
            settings[name] = time.ToString();
        }
    }

    private static void AddLimit(ImmutableSortedDictionary<string, string>.Builder settings, string name, long? nofile)
    {
        if (nofile is { } limit)
        {
            settings[name] = Text(limit);
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
