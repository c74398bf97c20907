using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>Who reads a witness, and which lost samples make it unreliable.</summary>
/// <remarks>
/// A pipe that overran drops lines of any kind, so its loss reaches every witness that comes through it. A sampler that was late misses moments only:
/// totals are read again.
/// </remarks>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">What it does, as a sentence.</param>
/// <param name="BlindedBy">Losses after which nothing that it says can be relied on.</param>
/// <param name="LateBy">The loss that says that it looked late: reaches peaks and moments alone; null where it does not look at times of its own.</param>
public sealed record Sampler(string Name, string Meaning, ImmutableArray<string> BlindedBy, string? LateBy = null)
{
    /// <summary>The swarm's own count of what its calls returned.</summary>
    public static Sampler Clients { get; } = new(
        "clients", "The swarm counts what its system calls return and asks TCP_INFO of each of its sockets when a phase ends.", [LossSource.Clients]);

    /// <summary>The server's own count of what its calls returned.</summary>
    public static Sampler Server { get; } = new("server", "The server counts what its system calls return.", [LossSource.Server]);

    /// <summary>The server's look at its own listeners.</summary>
    public static Sampler ServerTicks { get; } = new(
        "server-ticks", "The server asks TCP_INFO of its listeners a hundred times a second.", [LossSource.Server], LossSource.ServerTicks);

    /// <summary>The conductor's sampler.</summary>
    public static Sampler Ticks { get; } = new(
        "ticks", "The conductor asks the kernel a hundred times a second, and when a phase ends.", [LossSource.Conductor], LossSource.Ticks);

    /// <summary>The conductor's look when a phase ends.</summary>
    public static Sampler PhaseEnds { get; } = new("phase-ends", "The conductor looks when a phase ends.", [LossSource.Conductor]);

    /// <summary>The conductor's packet tap.</summary>
    public static Sampler Tap { get; } = new("tap", "The packet tap sees each segment of the run's ports.", [LossSource.Packets, LossSource.Conductor]);

    /// <summary>What the tap makes of the flows that it follows.</summary>
    public static Sampler Flows { get; } = new(
        "flows", "The packet tap follows each flow and finds what its sender had sent before.", [LossSource.Packets, LossSource.Flows, LossSource.Conductor]);

    /// <summary>What the scripted peer has sent.</summary>
    public static Sampler Peer { get; } = new("peer", "The scripted peer counts what it sends.", [LossSource.Peer]);

    /// <summary>What came to the scripted peer.</summary>
    public static Sampler PeerAnswers { get; } = new(
        "peer-answers", "The scripted peer counts what comes to its packet socket.", [LossSource.Peer, LossSource.PeerAnswers]);

    /// <summary>The probe's own answers.</summary>
    public static Sampler Probe { get; } = new(
        "probe", "The probe says what each of its calls returned, and what it saw of its session after it.", [LossSource.Probe]);

    /// <summary>The kernel's log.</summary>
    public static Sampler KernelLog { get; } = new(
        "kernel-log", "The conductor reads the kernel's log when a phase ends.", [LossSource.KernelLog, LossSource.Conductor]);

    /// <summary>The clients' files, counted from what the kernel had open before.</summary>
    public static Sampler Files { get; } = new(
        "files", "What the kernel had open before the load, and what the clients have opened since.", [LossSource.Conductor, LossSource.Clients]);

    /// <summary>The other tool's final figures.</summary>
    public static Sampler Tool { get; } = new("tool", "The tool that paced the clients says its figures when it ends.", []);

    /// <summary>A role about itself: its words come through its own pipe.</summary>
    public static Sampler Own { get; } = new("own", "Each role looks at its own process when a phase ends.", []);

    /// <summary>All of them.</summary>
    public static ImmutableArray<Sampler> All { get; } = [Clients, Server, ServerTicks, Ticks, PhaseEnds, Tap, Flows, Peer, PeerAnswers, Probe, KernelLog,
        Files, Tool, Own];
}
