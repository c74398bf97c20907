using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>Whose samples were lost, as <see cref="SamplesLost.Source"/> says it. Which witnesses a loss reaches is in <see cref="Sampler"/>.</summary>
public static class LossSource
{
    /// <summary>The conductor's sampler looked late.</summary>
    public const string Ticks = "ticks";

    /// <summary>The server's own sampler looked late.</summary>
    public const string ServerTicks = "server-ticks";

    /// <summary>The packet tap's ring was full.</summary>
    public const string Packets = "packets";

    /// <summary>The packet tap had more flows than it follows: which segments are retransmissions is not known of the others.</summary>
    public const string Flows = "flows";

    /// <summary>The scripted peer's packet socket was full.</summary>
    public const string PeerAnswers = "peer-answers";

    /// <summary>The kernel logged more than is read.</summary>
    public const string KernelLog = "kernel-log";

    /// <summary>The conductor's pipe overran.</summary>
    public const string Conductor = "conductor";

    /// <summary>The server's pipe overran.</summary>
    public const string Server = "server";

    /// <summary>A swarm worker's pipe overran.</summary>
    public const string Clients = "clients";

    /// <summary>The scripted peer's pipe overran.</summary>
    public const string Peer = "peer";

    /// <summary>The probe's pipe overran.</summary>
    public const string Probe = "probe";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [Ticks, ServerTicks, Packets, Flows, PeerAnswers, KernelLog, Conductor, Server, Clients, Peer, Probe];

    /// <summary>The pipe of a role.</summary>
    public static string PipeOf(Role role) => role switch
    {
        Role.Conductor => Conductor,
        Role.Server => Server,
        Role.Swarm => Clients,
        Role.Peer => Peer,
        Role.Probe => Probe,
    };
}
