using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>What a phase does, as a part of a sentence; "" for nothing but the wait.</summary>
internal sealed class PhaseSentence : IPhaseActionVisitor<string>
{
    /// <summary>The only one: it has no state.</summary>
    public static PhaseSentence Instance { get; } = new();

    public string Load(LoadAction action) => $"{SpecWords.Swarm(action.Swarm)} (phase ends when "
        + $"{(action.Until == LoadUntil.Issued ? "all connects are issued" : "each connect is established or failed")})";

    public string Hold(HoldAction action) => "";

    public string Listen(ListenAction action) => $"listen({ServerSpec.TextOf(action.Backlog)}) again";

    public string Accept(AcceptAction action) => $"accept {action.Policy}";

    public string Clients(ClientsAction action) => SpecWords.Clients(action);

    public string Sysctl(SysctlAction action) => string.Join(", ", action.Sysctls.Select(pair => $"{pair.Key}={pair.Value}"));

    public string Send(SendAction action) => SpecWords.Send(action);

    public string DeferAccept(DeferAcceptAction action) => $"TCP_DEFER_ACCEPT {action.DeferAccept}";

    public string RaiseNofile(RaiseNofileAction action) => $"RLIMIT_NOFILE of the server + {action.By}";

    public string Peer(PeerAction action) => SpecWords.Peer(action);

    public string Probe(ProbeAction action) => $"probe: {string.Join(", ", action.Steps.Select(SpecWords.Probe))}";

    public string Session(SessionAction action) => SpecWords.Sessions(action);
}
