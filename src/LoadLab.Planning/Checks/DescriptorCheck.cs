using LoadLab.Model;
using LoadLab.Planning.Rules;
using LoadLab.Scenarios.Keys;

namespace LoadLab.Planning.Checks;

/// <summary>Whether the processes may hold as many fds as the scenario needs; how many swarm workers that takes.</summary>
internal static class DescriptorCheck
{
    /// <summary>What a role holds for itself: runtime, pipes, /proc files (seen: a swarm worker holds 110, two for each assembly of the runtime).</summary>
    public const int OwnDescriptors = 140;

    private const string HowToRaise = "raise it with ulimit -Hn, LimitNOFILE= of systemd, or --ulimit nofile= of Docker";

    /// <summary>Checks both sides; returns the number of swarm workers.</summary>
    public static int Run(PlanCheck check)
    {
        CheckLimit(check, "limits.server.nofile", check.Scenario.ServerNofile);
        CheckLimit(check, "limits.swarm.nofile", check.Scenario.SwarmNofile);
        CheckOneOf(check, "server", check.Scenario.ServerNofile, check.Scenario.ServerSpare);
        CheckOneOf(check, "swarm", check.Scenario.SwarmNofile, check.Scenario.SwarmSpare);
        CheckServer(check);
        CheckRaises(check);
        return Workers(check);
    }

    /// <summary>Connections that clients hold at one time; 0 for what nobody can tell (a load whose clients end as soon as they are connected).</summary>
    private static long HeldAtOnce(PlanCheck check) =>
        check.Loads.Sum(load => load.Shape switch
        {
            LoadShape.Burst or LoadShape.Churn => load.Connections,
            LoadShape.Rate or LoadShape.Ramp => load.Then is ClientEnd.Hold or ClientEnd.HalfClose ? Arrivals.Count(load) ?? 0 : 0,
        });

    private static int Workers(PlanCheck check)
    {
        var nofile = check.Scenario.SwarmNofile ?? check.Host.NofileHard;
        var perWorker = check.Scenario.SwarmSpare ?? Math.Max(1, nofile - OwnDescriptors);
        var needed = HeldAtOnce(check);
        var asked = check.Loads.Max(load => load.Workers) ?? (check.Loads.IsEmpty || check.Scenario.SwarmSpare is not null ? 1 : null);
        var workers = asked ?? (int)Math.Clamp((needed + perWorker - 1) / perWorker, 1, Forms.MostWorkers);
        if (needed > workers * perWorker)
        {
            var limit = check.Scenario.SwarmSpare is { } spare ? $"limits.swarm.spare is {spare}" : check.Scenario.SwarmNofile is null
                ? $"this host's hard RLIMIT_NOFILE is {nofile}; {HowToRaise}" : $"limits.swarm.nofile is {nofile}";
            check.ErrorOrNote(
                check.Scenario.Preflight == Preflight.Note,
                "swarm.connections",
                $"{needed} connections at once need more than {workers} worker(s) of {perWorker} can hold "
                    + $"({limit}{(asked is null ? "" : ", or leave swarm.workers at auto")}), so the swarm would fail with EMFILE before the server does; "
                + $"ask for at most {workers * perWorker}, or set preflight: note if that is the point");
        }

        return workers;
    }

    private static void CheckLimit(PlanCheck check, string setting, long? nofile)
    {
        if (nofile > check.Host.NofileHard)
        {
            check.Error(setting,
                $"{setting} is {nofile}, but this host's hard RLIMIT_NOFILE is {check.Host.NofileHard}; {HowToRaise}, or ask for at most "
                + $"{check.Host.NofileHard}");
        }
    }

    private static void CheckOneOf(PlanCheck check, string role, long? nofile, long? spare)
    {
        if (nofile is not null && spare is not null)
        {
            check.Error($"limits.{role}.spare",
                $"limits.{role}.spare is {spare} and limits.{role}.nofile is {nofile}, but both set the same limit; leave one of them out");
        }
    }

    // CoreCLR has raised its soft limit to the hard one, so there is something to raise only where the scenario has lowered it.
    private static void CheckRaises(PlanCheck check)
    {
        var raises = check.Scenario.Phases.Where(phase => phase.Action is RaiseNofileAction).ToList();
        if (raises.Count == 0)
        {
            return;
        }

        var by = raises.Sum(phase => (long)((RaiseNofileAction)phase.Action).By);
        if (check.Scenario is { ServerNofile: null, ServerSpare: null })
        {
            check.Error("phases",
                $"phase '{raises[0].Name}' raises the server's RLIMIT_NOFILE by {by}, but without limits.server it is at its hard limit already; set "
                + $"limits.server.spare");
        }
        else if (check.Scenario is { Subject: not null, ServerNofile: not null })
        {
            check.Error("phases",
                $"phase '{raises[0].Name}' raises the server's RLIMIT_NOFILE, but limits.server.nofile is a subject's soft and hard limit from its start; "
                + $"take limits.server.spare, which leaves the hard one as it is");
        }
        else if ((check.Scenario.ServerNofile ?? check.Scenario.ServerSpare + OwnDescriptors) + by > check.Host.NofileHard)
        {
            check.Error("phases",
                $"phase '{raises[^1].Name}' raises the server's RLIMIT_NOFILE beyond this host's hard one, {check.Host.NofileHard}; {HowToRaise}");
        }
    }

    private static void CheckServer(PlanCheck check)
    {
        var scenario = check.Scenario;
        var accepts = scenario.Server.Accept.Kind != AcceptPolicyKind.Never
            || scenario.Phases.Any(phase => phase.Action is AcceptAction { Policy.Kind: not AcceptPolicyKind.Never });
        var holds = scenario.Server.Connection is ConnectionBehaviour.Hold or ConnectionBehaviour.Echo or ConnectionBehaviour.Discard;
        var nofile = scenario.ServerNofile ?? check.Host.NofileHard;
        var needed = HeldAtOnce(check);
        if (scenario.ServerSpare is not null)
        {
            return;
        }

        if (accepts && holds && needed > nofile - OwnDescriptors)
        {
            check.ErrorOrNote(
                scenario.ServerNofile is not null,
                "swarm.connections",
                $"the server would hold {needed} connections, but its RLIMIT_NOFILE is {nofile}, about {OwnDescriptors} of which it needs itself: accept() "
                    + $"will answer EMFILE; "
                + (scenario.ServerNofile is null ? $"{HowToRaise}, or set limits.server.nofile if that is the point" : "the scenario set that limit itself"));
        }
    }
}
