using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Peer;

/// <summary>The scripted peer as a role of a run: a raw IP client in 198.18.0.0/15, in a network namespace that LoadLab made and nowhere else.</summary>
public static class PeerRole
{
    /// <summary>It would not start, or a line on the input was no command.</summary>
    public const int Refused = 2;

    /// <summary>The <see cref="CommandDone.Id"/> that answers a line which is no command, and so has no id.</summary>
    public const int NoCommandId = -1;

    /// <summary>Says that it is ready, then serves commands until <see cref="StopCommand"/> or the end of input.</summary>
    /// <param name="spec">The peer as declared.</param>
    /// <param name="epochMonotonicNs">CLOCK_MONOTONIC at the run's start.</param>
    /// <param name="variant">Put on every observation; null for none.</param>
    /// <param name="outerNetworkNamespace">The network namespace of the process that began the run: whoever is in it has no sandbox.</param>
    /// <param name="commands">Command lines; not closed.</param>
    /// <param name="observations">Where observation lines go; not closed.</param>
    /// <returns>The exit status: 0, or <see cref="Refused"/>, which the <see cref="CommandDone"/> with id 0 or <see cref="NoCommandId"/> explains.</returns>
    public static int Run(PeerSpec spec, long epochMonotonicNs, string? variant, string outerNetworkNamespace, Stream commands, Stream observations)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var clock = new RunClock(epochMonotonicNs);
        using var pipe = new ObservationPipe(observations, "peer", variant);
        if (Refusal(spec, outerNetworkNamespace, NetworkNamespace.Current) is { } refusal)
        {
            pipe.Write(new CommandDone(0, Role.Peer, 0, refusal) { T = clock.Now });
            return Refused;
        }

        try
        {
            PeerWarmUp.Run();
            using var session = new PeerSession(spec, commands, clock, pipe);
            pipe.Write(new RoleReady(Role.Peer, 0, Environment.ProcessId, 0, null) { T = clock.Now });
            return session.Serve();
        }
        catch (KernelException e)
        {
            pipe.Write(new CommandDone(0, Role.Peer, 0, $"the scripted peer cannot work here: {e.Message}") { T = clock.Now });
            return Refused;
        }
    }

    /// <summary>Why it does not start; null when it does.</summary>
    internal static string? Refusal(PeerSpec spec, string outer, string own)
    {
        if (own.Length == 0 || outer.Length == 0 || own == outer)
        {
            return "the scripted peer sends packets with addresses of its own making, so it only starts in a network namespace that LoadLab made, and this one is not";
        }

        return AddressRange.Benchmark.First <= spec.Sources.First && spec.Sources.Last <= AddressRange.Benchmark.Last
            ? null
            : $"the scripted peer's addresses must lie in {AddressRange.Benchmark}, but peer.sources is {spec.Sources}";
    }
}
