using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Predictions;

/// <summary>What is true of a scenario at the end of a phase, so that it is known which witnesses are right about a quantity there.</summary>
internal static class Circumstances
{
    private static readonly ImmutableHashSet<Quantity> Moving =
        [PhaseQuantities.Queue, PhaseQuantities.Accepted, PhaseQuantities.Open, PhaseQuantities.TimeWait, PhaseQuantities.Waiting];

    // After so long an eager accept loop has emptied the queue, and the witnesses of both of its ends say the same.
    private static readonly Nanoseconds Drained = Nanoseconds.FromMilliseconds(200);

    /// <summary>All that is true.</summary>
    public static Given Of(Scenario scenario, LiveSysctls sysctls, string? phase)
    {
        SwarmSpec[] loads = [.. scenario.Loads.Select(load => load.Swarm)];
        var server = scenario.Server;
        var isDeferred = server.DeferAccept > Nanoseconds.Zero || scenario.Has<DeferAcceptAction>();
        var closes = server.Connection is ConnectionBehaviour.Close or ConnectionBehaviour.Reset;
        var given = Given.Always;
        void If(bool isTrue, Given what) => given |= isTrue ? what : Given.Always;
        If(loads.Any(load => load.Target is null), Given.Clients);
        If(loads.Length == 0, Given.NoClients);
        If(!scenario.Has<PeerAction>(), Given.NoPeer);
        If(!isDeferred, Given.NoDeferral);
        If(server is { Listeners: 1, Ports: 1 }, Given.OneQueue);
        If(Array.TrueForAll(loads, load => load.ConnectTimeout == Nanoseconds.Zero), Given.NoTimeouts);
        If(Array.TrueForAll(loads, load => load.Target is null), Given.AllToServer);
        If(closes, Given.ServerCloses);
        If(!closes, Given.ServerKeeps);
        var sheds = server.AtLimit.Kind == AtLimitKind.Shed && DescriptorRooms.LimitsServer(scenario);
        If(server.Connection == ConnectionBehaviour.Hold && !sheds, Given.ServerSilent);
        If(IsSteady(scenario, phase), Given.SteadyAccept);
        If(sysctls.Processors == 1 || Array.TrueForAll(loads, load => load is { Then: ClientEnd.Hold, ExchangeBytes: 0 }), Given.FinalAckAlone);
        If(sysctls.RunsMade.All(run => (phase is null ? run.Last : run.Phases.FirstOrDefault(at => at.Phase == phase)) is not { SynAcksAgain: > 0 }),
            Given.NoSynAcksAgain);
        var nobodyCloses = !closes && !scenario.Has<ClientsAction>() && Array.TrueForAll(loads, load => load is { Then: ClientEnd.Hold, UserTimeout.Value: 0 })
            && server.UserTimeout == Nanoseconds.Zero
            && (server.Keepalive is null || !scenario.Has<PeerAction>())
            && !sheds
            && (scenario.Subject is null || server.Accept.Kind == AcceptPolicyKind.Never);
        If(nobodyCloses && (!isDeferred || sysctls.Number("net.ipv4.tcp_abort_on_overflow") is null or 0), Given.NobodyEnds);
        If(nobodyCloses && !scenario.Has<PeerAction>(), Given.NoOtherResets);
        return given;
    }

    /// <summary>True where the sandbox has what a witness reads: no namespace of the run's own, no counters that are the run's alone; no tap, no
    /// packets.</summary>
    public static bool Has(Scenario scenario, WitnessTerm term) => term.Families.All(family => family switch
    {
        WitnessFamily.Wire => term.Asked.All(one => one.Witness.Sampler == Sampler.Peer || one.Witness.Sampler == Sampler.PeerAnswers)
            || (scenario.Trace && SandboxTraits.Of(scenario.Sandbox).IsMadeByRun),
        WitnessFamily.Counters or WitnessFamily.TimeWaitCount => SandboxTraits.Of(scenario.Sandbox).HasOwnNetwork,
        WitnessFamily.FileTable or WitnessFamily.KernelLog or WitnessFamily.OrphanCount => SandboxTraits.Of(scenario.Sandbox).HasOwnKernel,
        _ => true,
    });

    /// <summary>True where two witnesses of one quantity rightly see different values of its range.</summary>
    /// <remarks>
    /// Of clients that connect on several processors at once, two may be promised the queue's last place: both are connected from their own point of view, and
    /// one handshake is finished. SYNs of one thread that a late softirq looks at together do so, too: the listener's own count then has their final ACKs twice
    /// (seen: 84 and 100 of up to 197).
    /// A request may be half-open while another client looks, so that a SYN is counted as one for a cookie and then meets the accept queue that has become full
    /// (net/ipv4/tcp_input.c tcp_conn_request; net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock).
    /// </remarks>
    public static bool MayDiffer(Scenario scenario, LiveSysctls sysctls, PredictedRange range, IEnumerable<WitnessTerm> terms) => !range.IsExact
        && sysctls.Processors > 1
        && scenario.Loads.Select(load => load.Swarm).Any(load => load.Shape == LoadShape.Burst
            && (load.Threads > 1 || load.Workers is > 1 || terms.Any(term => ListenerWitnesses.Both.Any(by => by.Drops == term.First.Witness))));

    /// <summary>True for a quantity that goes up and down while accept() goes on: witnesses look one after another, and a range says that a phase's end may be
    /// on either side of a step.</summary>
    public static bool IsMoving(Scenario scenario, QuantityRef quantity, PredictedRange range) =>
        !range.IsExact && Moving.Contains(quantity.Quantity) && !IsSteady(scenario, quantity.Phase);

    /// <summary>True when no connection is accepted any more at a phase's end.</summary>
    public static bool IsSteady(Scenario scenario, string? phase)
    {
        var at = phase is null ? scenario.Phases.Length - 1 : scenario.Phases.Select(one => one.Name).ToList().IndexOf(phase);
        var policy = scenario.Phases.Take(at + 1).Select(one => one.Action).OfType<AcceptAction>().LastOrDefault()?.Policy ?? scenario.Server.Accept;
        return policy.Kind == AcceptPolicyKind.Never || (policy.Kind == AcceptPolicyKind.Eager && at >= 0 && scenario.Phases[at].Hold >= Drained);
    }
}
