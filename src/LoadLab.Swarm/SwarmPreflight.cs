using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Which limit would stop the swarm itself, so that a server is never blamed for its client.</summary>
/// <remarks>
/// A pure function. It counts what is certainly open at once: connections that are held or half-closed, and the slots of a churn. How many connects
/// pend is the server's doing.
/// </remarks>
public static class SwarmPreflight
{
    /// <summary>Descriptors a worker needs for itself: runtime, pipes, epoll.</summary>
    public const int DescriptorsOfWorker = 100;

    /// <summary>What would stop this load, as sentences with the way out; empty when nothing would.</summary>
    /// <param name="spec">The load.</param>
    /// <param name="nofileSoft">Soft RLIMIT_NOFILE of a worker.</param>
    /// <param name="nofileHard">Hard one.</param>
    /// <param name="ports">The ephemeral range.</param>
    /// <param name="workers">How many worker processes share the load.</param>
    public static ImmutableArray<string> Check(SwarmSpec spec, long nofileSoft, long nofileHard, (int Low, int High) ports, int workers)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var found = ImmutableArray.CreateBuilder<string>();
        var open = OpenAtOnce(spec);
        var ofWorker = ((open + workers - 1) / Math.Max(1, workers)) + DescriptorsOfWorker;
        if (ofWorker > nofileSoft)
        {
            var fit = Math.Max(1, nofileHard - DescriptorsOfWorker);
            found.Add(ofWorker <= nofileHard
                ? $"The swarm would reach its own fd limit: a worker needs {ofWorker} descriptors and its soft RLIMIT_NOFILE is {nofileSoft}; raise it with "
                + $"'ulimit -n {ofWorker}' (the hard limit is {nofileHard})."
                : $"The swarm would reach its own fd limit: a worker needs {ofWorker} descriptors and its hard RLIMIT_NOFILE is {nofileHard}; use "
                + $"{(open + fit - 1) / fit} worker processes, or raise it as root with 'ulimit -Hn {ofWorker}'.");
        }

        var sources = spec.Sources?.Count ?? 1;
        var range = Math.Max(1, ports.High - ports.Low + 1);
        if (open > range * sources)
        {
            var needed = (open + range - 1) / range;
            found.Add(
                $"The swarm would run out of ephemeral ports: {open} connections to one address and port need as many, and net.ipv4.ip_local_port_range "
                + $"{ports.Low} {ports.High} with {sources} source address{(sources == 1 ? "" : "es")} has {range * sources}; use {needed} source addresses "
                + $"(as 127.0.0.1-{AddressRange.Dotted(0x7F000000 + (uint)needed)}), or widen the range to 1024 65535.");
        }

        return found.ToImmutable();
    }

    /// <summary>How many connections are certainly open at once when the server takes them all.</summary>
    public static long OpenAtOnce(SwarmSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.Shape switch
        {
            LoadShape.Churn => spec.Connections,
            LoadShape.Burst or LoadShape.Rate or LoadShape.Ramp => spec.Then switch
            {
                ClientEnd.Hold or ClientEnd.HalfClose => new Pacer(spec).Count,
                ClientEnd.Close or ClientEnd.Reset => 1,
            },
        };
    }
}
