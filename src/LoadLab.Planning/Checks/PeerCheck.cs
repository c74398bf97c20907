using LoadLab.Model;

namespace LoadLab.Planning.Checks;

/// <summary>Whether the scripted peer has a place where it harms nobody, and enough flows.</summary>
internal static class PeerCheck
{
    private const int PortsOfAnAddress = 65535 - 1024 + 1;

    /// <summary>Checks all phases that tell it something.</summary>
    public static void Run(PlanCheck check)
    {
        var scenario = check.Scenario;
        var actions = scenario.Actions<PeerAction>().ToList();
        if (!SandboxTraits.Of(scenario.Sandbox).IsMadeByRun
            && scenario.Actions<SessionAction>().SelectMany(action => action.Sessions).Any(session => session.HasPeer))
        {
            check.Error("sandbox",
                $"sandbox is {EnumWords<SandboxKind>.Of(scenario.Sandbox)}, but a step tells the scripted peer to send: it forges addresses, so it only "
                + $"works in a network namespace that LoadLab makes; use sandbox: namespace");
        }

        if (actions.Count == 0)
        {
            return;
        }

        if (!SandboxTraits.Of(scenario.Sandbox).IsMadeByRun)
        {
            check.Error("sandbox",
                $"sandbox is {EnumWords<SandboxKind>.Of(scenario.Sandbox)}, but a phase tells the scripted peer to send: it forges addresses, so it only "
                + $"works in a network namespace that LoadLab makes; use sandbox: namespace, or leave the peer's phases out");
        }

        var flows = actions.Where(action => action.Send is PeerSegment.Syn or PeerSegment.Connect).Sum(action => (long)(action.Count ?? 1));
        var most = scenario.Peer.Sources.Count * PortsOfAnAddress;
        if (flows > most)
        {
            check.Error("peer.sources",
                $"the phases begin {flows} flows, but peer.sources {scenario.Peer.Sources} has addresses and ports for {most}; give it more addresses");
        }

        if (actions[0].Send is not (PeerSegment.Syn or PeerSegment.Connect))
        {
            check.Error("phases",
                $"the first thing that the scripted peer sends is {EnumWords<PeerSegment>.Of(actions[0].Send)}, but it has no flow yet; put a phase with "
                + $"peer: {{send: syn}} or connect first");
        }
    }
}
