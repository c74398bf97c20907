using System.Collections.Immutable;
using System.Net;
using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>The kernel's socket layer as one deterministic model: every part knows one mechanism, and all of them compose.</summary>
/// <remarks>
/// How the parts meet. The actors (arrivals, accept loop, scripted peer, phases) call the parts; a part never calls an actor. Time is <see cref="Timeline"/>'s
/// alone: a part that has to wait arms a
/// timer there. Sysctls come from <see cref="SysctlState"/>, which phases change in mid-run: read them when they count, or again when its Generation has
/// changed. What has no rule is drawn by
/// <see cref="Timing"/>.
/// What the client's connect calls, in this order; each answers <see cref="LoadLab.Model.Errno.None"/> or the errno that the program gets:
/// <list type="number">
/// <item><c>DescriptorTable.Take()</c> of the swarm's process (and <c>FileTable.Take()</c> in a kernel of the run's own): EMFILE, ENFILE. Given back by
/// <c>Return()</c> when the socket is closed.</item>
/// <item><c>PortTable.Take(in PortAsk ask, out PortLease? lease)</c>: EADDRNOTAVAIL, EADDRINUSE. The lease names the four numbers and stays with the
/// connection.</item>
/// <item>The SYN, to the listener that <c>ReuseportGroup</c> picks.</item>
/// </list>
/// How a lease ends: <c>PortTable.Close(lease, end)</c> with <c>PortEnd.Free</c> (reset, given up, refused), <c>PortEnd.ClientTimeWait</c> (the client closed
/// first and both FINs are through),
/// <c>PortEnd.ServerTimeWait</c> (the server closed first: the client's port is free, the server's entry is ended by a new SYN of the same four numbers),
/// <c>PortEnd.ClientFinWait2</c>
/// (an orphan whose peer never closes: it keeps the port for tcp_fin_timeout and counts among tcp_max_tw_buckets).
/// A listener takes its port by <c>PortTable.Listen(port)</c> before the first connect. Figures that snapshots read: <c>TimeWait</c> (both ends),
/// <c>TimeWaitOverflows</c>, and from a descriptor table <c>Free</c>.
/// An established connection's timers (data, FIN, user timeout) are <c>SegmentTimer</c>: <c>Start(timeline, schedule settings, onRetransmit, onGiveUp)</c>,
/// <c>Acknowledged()</c>.
/// </remarks>
public sealed class SocketLayer
{
    private const int HighestPort = 65535;
    private readonly Loopback link;
    private readonly ServerStack server;
    private readonly ClientStack clients;
    private readonly Swarm swarm;
    private readonly ScriptedPeer peer;
    private readonly ImmutableArray<ImmutableArray<SeenConnect>> seen;

    private SocketLayer(ModelInput input, Timing timing)
    {
        var scenario = input.Scenario;
        seen = input.Seen;
        var wheel = new WheelClock(input.Facts.TicksPerSecond, timing.WheelPhase, timing.TickShare, timing.TickLate);
        Sysctls = new SysctlState(input.Facts);
        Timeline = new Timeline(wheel, Deliver);
        link = new Loopback(Route);
        Ports = new PortTable(Sysctls, Timeline, wheel, timing) { Named = ClientPort.Named(scenario, Sysctls) };
        var settings = new ListenerSettings(Sysctls, input.HoldsOneMore);
        server = new ServerStack(Timeline, link, settings, Figures);
        clients = new ClientStack(Timeline, link, Sysctls, timing);
        var closing = Closing = new Closing(Ports, link, Sysctls, server, Timeline, input.Facts.Processors, timing);
        Keepalives = new Keepalives(Timeline, scenario.Server);
        Program = new ServerProgram(scenario.Server.Connection, closing, Keepalives,
            accepts: scenario.Server.Accept.Kind != AcceptPolicyKind.Never || scenario.Has<AcceptAction>());
        Groups = [.. Listen(scenario.Server, settings, timing)];
        var served = new ServedListeners([.. Groups.SelectMany(group => group.Listeners)]);
        Replayed = input.Phases.IsEmpty ? null : new ReplayedAccepts(Timeline, timing, scenario.Server.Accept, served, Program, input.Facts.Processors);
        Accepts = Replayed as IAccepts ?? new AcceptLoop(Timeline, timing, scenario, served, Program, input.Facts.Processors);
        swarm = new Swarm(Timeline, timing, clients, Ports, closing, Sysctls, Program, scenario.SwarmSpare,
            new ConnectRace(input.Workers, input.Facts.Processors, timing), Deliver);
        peer = new ScriptedPeer(Timeline, timing, link, Groups[0], flow => KeepsOptions(scenario.Peer, flow), Deliver);
        server.Queued += _ => Accepts.Wake();
        server.Changed += flow =>
        {
            Program.Changed(flow);
            closing.ServerHasFin(flow);
        };
    }

    /// <summary>The clock.</summary>
    internal Timeline Timeline { get; }

    /// <summary>The sysctls, as phases change them.</summary>
    internal SysctlState Sysctls { get; }

    /// <summary>The ports.</summary>
    internal PortTable Ports { get; }

    /// <summary>How connections end.</summary>
    internal Closing Closing { get; }

    /// <summary>What the listeners have counted.</summary>
    internal ListenerFigures Figures { get; } = new();

    /// <summary>A group of listeners for each port.</summary>
    internal ImmutableArray<ReuseportGroup> Groups { get; }

    /// <summary>The server's program.</summary>
    internal ServerProgram Program { get; }

    /// <summary>Its connections' keepalive.</summary>
    internal Keepalives Keepalives { get; }

    /// <summary>Its accept() calls.</summary>
    internal IAccepts Accepts { get; }

    /// <summary>The same where they are replayed; null in a plan.</summary>
    internal ReplayedAccepts? Replayed { get; }

    /// <summary>The server's kernel.</summary>
    internal ServerStack Server => server;

    /// <summary>The clients' kernel.</summary>
    internal ClientStack Clients => clients;

    /// <summary>The clients.</summary>
    internal Swarm Swarm => swarm;

    /// <summary>The scripted peer.</summary>
    internal ScriptedPeer Peer => peer;

    /// <summary>RSTs that the kernel has sent, of whichever side (OutRsts); the scripted peer sends its own past it.</summary>
    internal long Resets { get; private set; }

    /// <summary>When the connects of a load were really made; empty in a plan.</summary>
    internal ImmutableArray<SeenConnect> SeenOf(int load) => load < seen.Length ? seen[load] : [];

    /// <summary>Walks a scenario's phases once.</summary>
    /// <param name="input">The scenario and what is known of the kernel.</param>
    /// <param name="timing">What has no rule.</param>
    public static ModelRun Run(ModelInput input, Timing timing)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(timing);
        return new PhaseWalk(new SocketLayer(input, timing), input, timing).Walk();
    }

    private IEnumerable<ReuseportGroup> Listen(ServerSpec server, ListenerSettings settings, Timing timing)
    {
        for (var i = 0; i < server.Ports; i++)
        {
            var end = EndOf(server.Address, server.Port == 0 ? 0 : Math.Min(HighestPort, server.Port + i));
            var listeners = ImmutableArray.CreateBuilder<Listener>();
            for (var j = 0; j < server.Listeners; j++)
            {
                _ = Ports.Listen(end, isReusable: server.Port != 0, isInGroup: server.ReusePort || server.Listeners > 1, out var lease);
                end = lease?.Source ?? end;
                listeners.Add(new Listener(settings, Figures, server.Backlog, server.DeferAccept));
            }

            yield return new ReuseportGroup(listeners.ToImmutable(), end, timing.Seed);
        }
    }

    /// <summary>An address as text and a port; 127.0.0.1 where the text is no address, or the one that stands for all.</summary>
    internal static Endpoint EndOf(string text, int port)
    {
        var address = IPAddress.TryParse(text, out var parsed) && !parsed.Equals(IPAddress.Any) ? parsed : IPAddress.Loopback;
        return new Endpoint(TcpSegment.Mapped(address), port);
    }

    private void Route(Segment segment)
    {
        Resets += segment.Kind == SegmentKind.Rst && !(segment.ToServer && segment.Flow.Peer is not null) ? 1 : 0;
        if (segment.ToServer)
        {
            server.Receive(segment);
        }
        else if (segment.Flow.Peer is not null)
        {
            peer.Receive(segment);
        }
        else
        {
            clients.Receive(segment);
        }
    }

    // What was sent arrives, then programs that were waiting go on, which may send again.
    private void Deliver() => Deliver(answersReversed: false);

    private void Deliver(bool answersReversed)
    {
        link.Deliver(answersReversed);
        server.ArmTimers();
        clients.ArmTimers();
        swarm.Proceed();
    }

    // A cookie keeps them in the low bits of a timestamp; without those it keeps neither.
    private (bool WindowScale, bool Sack) KeepsOptions(PeerSpec spec, Flow flow)
    {
        var isKept = !flow.HasCookie || (spec.Timestamps && Sysctls.Number("net.ipv4.tcp_timestamps") is not 0);
        return (isKept && Sysctls.Number("net.ipv4.tcp_window_scaling") is not 0, isKept && Sysctls.Number("net.ipv4.tcp_sack") is not 0);
    }
}
