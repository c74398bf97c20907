using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>SO_KEEPALIVE of the connections that the server has accepted.</summary>
/// <remarks>
/// A client's kernel answers each probe, whatever its program does; the scripted peer answers none. What the server echoes to a scripted peer is never
/// acknowledged, so there a probe never goes out.
/// Kernel: net/ipv4/tcp_timer.c tcp_keepalive_timer.
/// </remarks>
internal sealed class Keepalives(Timeline timeline, ServerSpec server)
{
    private readonly List<KeepaliveTimer> timers = [];

    /// <summary>A connection is given up: the program's next call fails with ETIMEDOUT, and its peer gets a RST.</summary>
    public Action<Flow>? GaveUp { get; set; }

    /// <summary>Probes sent.</summary>
    public long Probes => timers.Sum(timer => timer.Probes);

    /// <summary>Connections given up.</summary>
    public long GivenUp { get; private set; }

    /// <summary>setsockopt() on a connection that was just accepted.</summary>
    public void Start(Flow flow)
    {
        if (server.Keepalive is not { } asked)
        {
            return;
        }

        var isUnheard = server.Connection == ConnectionBehaviour.Echo && flow.Peer is not null;
        var timer = new KeepaliveTimer(timeline, asked.Idle, asked.Interval, asked.Count, server.UserTimeout, () => isUnheard
            && flow.ReadBytes > 0, () => GiveUp(flow))
        {
            IsOver = () => flow.Server != ServerState.Accepted || flow.IsDead,
            IsAnswered = flow.Peer is null,
        };
        timers.Add(timer);
        flow.Keepalive = timer;
        timer.Start(flow.HeardAt);
    }

    private void GiveUp(Flow flow)
    {
        GivenUp++;
        GaveUp?.Invoke(flow);
    }
}
