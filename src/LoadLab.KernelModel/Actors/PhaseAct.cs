using LoadLab.KernelModel.Rules;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>Does the action of each phase. The answer is the moment at which it is done.</summary>
internal sealed class PhaseAct(SocketLayer layer, Nanoseconds deferAccept) : IPhaseActionVisitor<Nanoseconds>
{
    // A load whose clients wait for the kernel's own patience is over by then.
    private static readonly Nanoseconds LongestWait = Nanoseconds.FromSeconds(3600);
    private readonly Timeline timeline = layer.Timeline;
    private long planned;
    private int loads;

    /// <summary>When the first packets were sent; null before.</summary>
    public Nanoseconds? Begun { get; private set; }

    /// <summary>TCP_DEFER_ACCEPT as it was last set.</summary>
    public Nanoseconds DeferAcceptAsked { get; private set; } = deferAccept;

    public Nanoseconds Load(LoadAction action)
    {
        Begin();
        var swarm = action.Swarm;
        var group = layer.Groups.FirstOrDefault(one => one.End.Port == swarm.Port) ?? layer.Groups[0];
        var load = layer.Swarm.Issue(new LoadState(swarm, group, swarm.Ports == PortStrategy.Planned ? planned : 0, layer.SeenOf(loads++)));
        planned += swarm.Ports == PortStrategy.Planned ? Arrivals.Count(swarm) ?? 0 : 0;
        var last = timeline.Now + LongestWait;
        while ((load.Unissued > 0 || (action.Until == LoadUntil.Settled && load.Unanswered > 0)) && timeline.TryTakeNext(last))
        {
            // Each moment is taken until the load is over.
        }

        return timeline.Now;
    }

    public Nanoseconds Peer(PeerAction action)
    {
        Begin();
        layer.Peer.Do(action);
        return timeline.Now;
    }

    public Nanoseconds Hold(HoldAction action) => timeline.Now;

    public Nanoseconds Listen(ListenAction action) => ForEachListener(listener => listener.Listen(action.Backlog));

    public Nanoseconds Accept(AcceptAction action)
    {
        layer.Accepts.Follow(action.Policy);
        return timeline.Now;
    }

    public Nanoseconds DeferAccept(DeferAcceptAction action)
    {
        DeferAcceptAsked = action.DeferAccept;
        return ForEachListener(listener => listener.Defer(action.DeferAccept));
    }

    public Nanoseconds Sysctl(SysctlAction action)
    {
        layer.Sysctls.Set(action.Sysctls);
        return timeline.Now;
    }

    public Nanoseconds RaiseNofile(RaiseNofileAction action)
    {
        layer.Accepts.Raise(action.By);
        return timeline.Now;
    }

    public Nanoseconds Clients(ClientsAction action)
    {
        layer.Swarm.End(action.End, action.Count);
        return timeline.Now;
    }

    public Nanoseconds Send(SendAction action)
    {
        layer.Swarm.Send(action.Bytes, action.Count);
        return timeline.Now;
    }

    // What the probe calls, in a phase or in a session, touches no listener of the scenario.
    public Nanoseconds Probe(ProbeAction action) => timeline.Now;

    public Nanoseconds Session(SessionAction action) => timeline.Now;

    private void Begin()
    {
        if (Begun is null)
        {
            Begun = timeline.Now;
            layer.Accepts.Begin();
        }
    }

    private Nanoseconds ForEachListener(Action<Listener> change)
    {
        foreach (var listener in layer.Groups.SelectMany(group => group.Listeners))
        {
            change(listener);
        }

        return timeline.Now;
    }
}
