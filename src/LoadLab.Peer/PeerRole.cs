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
    /// <param name="starter">Where the run was started.</param>
    /// <param name="sandbox">The sandbox that this is said to be; <see cref="SandboxProof"/> decides.</param>
    /// <param name="commands">Command lines; not closed.</param>
    /// <param name="observations">Where observation lines go; not closed.</param>
    /// <returns>The exit status: 0, or <see cref="Refused"/>, which the <see cref="CommandDone"/> with id 0 or <see cref="NoCommandId"/> explains.</returns>
    public static int Run(PeerSpec spec, long epochMonotonicNs, string? variant, NamespaceIdentity starter, SandboxKind sandbox, Stream commands,
        Stream observations)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var clock = new RunClock(epochMonotonicNs);
        using var pipe = new ObservationPipe(observations, LossSource.Peer, variant);
        if (Refusal(spec, WhyNotHere(starter, sandbox)) is { } refusal)
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

    // What it was told of the starter is one side only: by itself it also sees whether the network is the machine's, and whether a conductor with a
    // pid namespace of its own began it.
    private static string? WhyNotHere(NamespaceIdentity starter, SandboxKind sandbox) =>
        SandboxTraits.Of(sandbox).IsNamespaceMadeByRun && NetworkNamespace.IsTheMachines
        ? "the network namespace is not proven to be another one than the machine's"
        : SandboxProof.Missing(starter, sandbox);

    /// <summary>Why it does not start; null when it does.</summary>
    /// <param name="spec">The peer as declared.</param>
    /// <param name="whyNotHere">Why this is no place for it; null when it is.</param>
    internal static string? Refusal(PeerSpec spec, string? whyNotHere)
    {
        if (whyNotHere is not null)
        {
            return $"the scripted peer sends packets with addresses of its own making, so it only starts in a network namespace that LoadLab made: "
                + $"{whyNotHere}";
        }

        return AddressRange.Benchmark.First <= spec.Sources.First && spec.Sources.Last <= AddressRange.Benchmark.Last
            ? null
            : $"the scripted peer's addresses must lie in {AddressRange.Benchmark}, but peer.sources is {spec.Sources}";
    }
}
