using LoadLab.Model;

namespace LoadLab.Planning.Checks;

/// <summary>What cannot be asked of somebody else's server is refused, and what was found out about it is said.</summary>
internal static class SubjectCheck
{
    private const string OnCommandLine = "--set ";

    /// <summary>Checks the scenario, which is fitted already.</summary>
    /// <param name="check">The variant.</param>
    /// <param name="declared">The variant as its author declared it.</param>
    public static void Run(PlanCheck check, Scenario declared)
    {
        var scenario = check.Scenario;
        if (scenario.Subject is not { } subject)
        {
            return;
        }

        if (!SandboxTraits.Of(scenario.Sandbox).IsMadeByRun)
        {
            check.Error("subject",
                $"subject is a server that is started and stopped by signals, but sandbox {EnumWords<SandboxKind>.Of(scenario.Sandbox)} has no processes of "
                + $"its own; use sandbox: namespace");
        }

        foreach (var name in SubjectPlan.ItsOwn.Where(name => check.PlaceOf(name).Path.StartsWith(OnCommandLine + name, StringComparison.Ordinal)))
        {
            check.Error(name,
                $"{name} is LoadLab's own server's, but the scenario's subject is '{subject.CommandLine}': configure that one by its own command or file");
        }

        if (check.Loads.Any(load => load.ExchangeBytes > 0))
        {
            check.Error("swarm.exchange", "swarm.exchange waits for the same bytes back, but what the subject answers to them is not known; set it to 0");
        }

        CheckPolicies(check);
        if (check.Host.Subject is not { } seen)
        {
            return;
        }

        check.Note(
            $"the subject '{subject.CommandLine}' listens on {subject.Target} with a live backlog of "
            + $"{seen.LiveBacklog}{(seen.Listeners > 1 ? $" on each of {seen.Listeners} listeners" : "")}, in {seen.Processes} process(es)");
        foreach (var (before, after) in declared.Phases.Zip(scenario.Phases))
        {
            if (before.Action is LoadAction { Swarm: var asked } && after.Action is LoadAction { Swarm: var fitted } && asked.Connections != fitted.Connections)
            {
                check.Note(
                    $"phase '{before.Name}': {asked.Connections} connects became {fitted.Connections}, to overflow the subject's queue by as many as they "
                    + $"would the scenario's");
            }
        }
    }

    private static void CheckPolicies(PlanCheck check)
    {
        const string CanOnlyStop = "a process that is not LoadLab's can be stopped and continued, no more: never, eager or stalled";
        if (check.Scenario.Server.Accept.Kind == AcceptPolicyKind.Paced)
        {
            check.Error("server.accept", $"server.accept is {check.Scenario.Server.Accept}, but {CanOnlyStop}");
        }

        foreach (var phase in check.Scenario.Phases)
        {
            switch (phase.Action)
            {
                case AcceptAction { Policy.Kind: AcceptPolicyKind.Paced } accept:
                    check.Error("phases", $"phase '{phase.Name}' sets accept to {accept.Policy}, but {CanOnlyStop}");
                    break;
                case ListenAction or DeferAcceptAction:
                    check.Error("phases",
                        $"phase '{phase.Name}' changes the listener, which only LoadLab's own server can; leave the subject out, or take another scenario");
                    break;
                default:
                    break;
            }
        }
    }
}
