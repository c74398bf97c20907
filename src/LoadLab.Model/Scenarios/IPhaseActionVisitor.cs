namespace LoadLab.Model;

/// <summary>An answer for each kind of phase action: what a phase does, how it is described. A new kind compiles only once every visitor answers it.</summary>
/// <typeparam name="T">The answer.</typeparam>
public interface IPhaseActionVisitor<out T>
{
    /// <summary>Of a <see cref="LoadAction"/>.</summary>
    T Load(LoadAction action);

    /// <summary>Of a <see cref="HoldAction"/>.</summary>
    T Hold(HoldAction action);

    /// <summary>Of a <see cref="ListenAction"/>.</summary>
    T Listen(ListenAction action);

    /// <summary>Of a <see cref="AcceptAction"/>.</summary>
    T Accept(AcceptAction action);

    /// <summary>Of a <see cref="ClientsAction"/>.</summary>
    T Clients(ClientsAction action);

    /// <summary>Of a <see cref="SysctlAction"/>.</summary>
    T Sysctl(SysctlAction action);

    /// <summary>Of a <see cref="SendAction"/>.</summary>
    T Send(SendAction action);

    /// <summary>Of a <see cref="DeferAcceptAction"/>.</summary>
    T DeferAccept(DeferAcceptAction action);

    /// <summary>Of a <see cref="RaiseNofileAction"/>.</summary>
    T RaiseNofile(RaiseNofileAction action);

    /// <summary>Of a <see cref="PeerAction"/>.</summary>
    T Peer(PeerAction action);

    /// <summary>Of a <see cref="ProbeAction"/>.</summary>
    T Probe(ProbeAction action);

    /// <summary>Of a <see cref="SessionAction"/>.</summary>
    T Session(SessionAction action);
}
