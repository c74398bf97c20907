using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>What a scenario asks for, in words.</summary>
internal static class SpecWords
{
    /// <summary>All that was asked, a line each.</summary>
    public static IEnumerable<string> Asked(Scenario scenario)
    {
        if (scenario.IsSession)
        {
            return scenario.Phases.Select(phase => $"{phase.Name}: {Phase(phase)}").Prepend("a session");
        }

        var clients = scenario.Phases.IsEmpty
            ? [$"clients: {Swarm(scenario.Swarm)}{(scenario.Hold > Nanoseconds.Zero ? $", wait {scenario.Hold}" : "")}"]
            : scenario.Phases.Select(phase => $"{phase.Name}: {Phase(phase)}");
        var server = scenario.HasOwnServer ? new[] { $"server: {Server(scenario)}" } : [];
        return scenario.HasOwnClients ? server.Concat(clients) : server;
    }

    public static string Server(Scenario scenario)
    {
        var server = scenario.Server;
        if (scenario.Subject is { } subject)
        {
            var stopped = server.Accept.Kind == AcceptPolicyKind.Eager ? "" : $", by signals made to accept {server.Accept}";
            return $"'{subject.CommandLine}' on {subject.Target}, live backlog {server.Backlog} as found{stopped}";
        }

        List<string> words = [$"backlog {server.BacklogText}", $"accepts {server.Accept}"];
        if (server.Listeners > 1)
        {
            words.Insert(0, $"{server.Listeners} listeners on one port");
        }

        if (server.Ports > 1)
        {
            words.Insert(0, $"{server.Ports} ports from {server.Port} on");
        }

        if (server.AcceptThreads > 1)
        {
            words.Add($"{server.AcceptThreads} accept threads");
        }

        if (server.Accept.Kind != AcceptPolicyKind.Never)
        {
            words.Add($"then {EnumWords<ConnectionBehaviour>.Of(server.Connection)}");
        }

        if (server.DeferAccept > Nanoseconds.Zero)
        {
            words.Add($"TCP_DEFER_ACCEPT {server.DeferAccept}");
        }

        if (server.UserTimeout > Nanoseconds.Zero)
        {
            words.Add($"TCP_USER_TIMEOUT {server.UserTimeout}");
        }

        if (server.Keepalive is { } keepalive)
        {
            words.Add($"keepalive after {keepalive.Idle}, then every {keepalive.Interval}, {keepalive.Count} times");
        }

        if (server.AtLimit != AtLimitPolicy.Default)
        {
            words.Add($"at its fd limit: {server.AtLimit}");
        }

        return string.Join(", ", words);
    }

    public static string Swarm(SwarmSpec swarm)
    {
        List<string> words =
        [
            swarm.PacedBy is { } tool ? $"connects as {tool} paces them" : swarm.Shape switch
            {
                LoadShape.Burst => $"{swarm.Connections} connects at once",
                LoadShape.Rate => $"connects at {swarm.Rate} for {swarm.For}",
                LoadShape.Ramp => $"connects from {swarm.Rate} to {swarm.To} over {swarm.For}",
                LoadShape.Churn => $"{swarm.Connections} workers connect again and again for {swarm.For}",
            },
        ];
        if (swarm.ExchangeBytes > 0)
        {
            words.Add($"exchange {swarm.ExchangeBytes} bytes");
        }

        if (swarm.ConnectTimeout > Nanoseconds.Zero)
        {
            words.Add($"give up after {swarm.ConnectTimeout}");
        }

        words.AddRange(Options(swarm));
        words.Add($"then {EnumWords<ClientEnd>.Of(swarm.Then)}");
        return string.Join(", ", words);
    }

    public static string Phase(Phase phase)
    {
        var action = phase.Action.Visit(PhaseSentence.Instance);
        var wait = phase.Hold > Nanoseconds.Zero ? $"wait {phase.Hold}" : "";
        return string.Join(", ", new[] { action, wait }.Where(part => part.Length > 0));
    }

    public static string Range(PredictedRange range, string unit) => unit.Length == 0 ? range.ToString() : $"{range} {unit}";

    public static string Seconds(double seconds) => seconds >= 1 ? $"{seconds:0.##} s" : seconds >= 0.001 ? $"{seconds * 1e3:0.#} ms" : $"{seconds * 1e6:0} us";

    internal static string Sessions(SessionAction action) => action.Sessions.Length == 1
        ? string.Join(", ", action.Sessions[0].Steps.Select(step => step.Name))
        : $"{action.Sessions.Length} sessions of {action.Sessions.Sum(session => session.Steps.Length)} steps, side by side, each in a network namespace of "
        + $"its own";

    private static IEnumerable<string> Options(SwarmSpec swarm)
    {
        if (swarm.Target is { } target)
        {
            yield return $"to {target}, where no host answers";
        }

        if (swarm.Port is { } port)
        {
            yield return $"to port {port}";
        }

        if (swarm.Sources is { } sources)
        {
            yield return $"from {sources}";
        }

        if (swarm.LiveBind == BindWay.First)
        {
            yield return "bind() to port 0 first";
        }

        if (swarm.LocalPorts is { } local)
        {
            yield return $"IP_LOCAL_PORT_RANGE {local}";
        }

        if (swarm.Ports == PortStrategy.Planned)
        {
            yield return "ports planned";
        }

        if (swarm.SynCount is { } count)
        {
            yield return $"TCP_SYNCNT {count}";
        }

        if (swarm.RtoMax > Nanoseconds.Zero)
        {
            yield return $"TCP_RTO_MAX_MS {swarm.RtoMax}";
        }

        if (swarm.UserTimeout > Nanoseconds.Zero)
        {
            yield return $"TCP_USER_TIMEOUT {swarm.UserTimeout}";
        }
    }

    internal static string Send(SendAction action) => $"{(action.Count is { } count ? $"{count} clients" : "all clients")} send {action.Bytes} B";

    internal static string Peer(PeerAction action)
    {
        var flows = action.Count is { } count ? $"{count} {(count == 1 ? "flow" : "flows")}" : "all flows";
        var rate = action.Rate is { } each ? $" at {each}" : "";
        var bytes = action.Send == PeerSegment.Data ? $" of {action.Bytes} B" : "";
        return $"scripted peer: {EnumWords<PeerSegment>.Of(action.Send)}{bytes} on {flows}{rate}";
    }

    internal static string Probe(ProbeStep step) =>
        step.Call == ProbeCall.Setrlimit ? $"{step.Name}: setrlimit({step.Soft}, {step.Hard})" : $"{step.Name}: {EnumWords<ProbeCall>.Of(step.Call)}";

    internal static string Clients(ClientsAction action) =>
        $"{(action.Count is { } count ? $"{count} clients" : "all clients")} {EnumWords<ClientEnd>.Of(action.End)}";
}
