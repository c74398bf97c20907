namespace LoadLab.Model;

/// <summary>Whose samples were lost, as <see cref="SamplesLost.Source"/> says it. A pipe that overran says the role that wrote into it.</summary>
public static class LossSource
{
    /// <summary>The conductor's sampler: sock_diag and the counters.</summary>
    public const string Ticks = "ticks";

    /// <summary>The server's own sampler: TCP_INFO of its listeners.</summary>
    public const string ServerTicks = "server-ticks";

    /// <summary>The packet tap.</summary>
    public const string Packets = "packets";

    /// <summary>The scripted peer's packet socket.</summary>
    public const string Peer = "peer";
}
