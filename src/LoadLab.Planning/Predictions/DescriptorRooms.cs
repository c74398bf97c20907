using LoadLab.Model;
using LoadLab.Planning.Checks;

namespace LoadLab.Planning.Predictions;

/// <summary>How many descriptors are free where a scenario names RLIMIT_NOFILE as a number: what the role holds itself is seen in the run alone.</summary>
internal static class DescriptorRooms
{
    /// <summary>What a role was ever seen to hold at least: a native server holds 26.</summary>
    private const int FewOwnDescriptors = 16;

    /// <summary>Of a load whose connects the server's speed decides: more than any limit, and many of them still fit a sum.</summary>
    private const long UnknownConnects = 1L << 40;

    /// <summary>True when the server may reach its limit.</summary>
    public static bool LimitsServer(Scenario scenario) => scenario.ServerSpare is not null
        || MayFill(scenario.ServerNofile, Connects(scenario) + scenario.Actions<PeerAction>().Sum(peer => peer.Count ?? 1L));

    /// <summary>The scenario with each number of free descriptors that is to be tried: the fewest and the most, or as the run had them.</summary>
    public static IEnumerable<Scenario> Of(Scenario scenario, RunConditions conditions)
    {
        var server = !LimitsServer(scenario) ? null
            : scenario is { Subject: not null, ServerNofile: { } ofEach } ? OfSubject(ofEach) : Free(scenario.ServerNofile, conditions.ServerRoom);
        var swarm = MayFill(scenario.SwarmNofile, Connects(scenario)) ? Free(scenario.SwarmNofile, conditions.SwarmRoom) : null;
        Scenario With(Func<FreeDescriptors, long> room) => scenario with
        {
            ServerSpare = server is { } ofServer ? room(ofServer) : scenario.ServerSpare,
            SwarmSpare = swarm is { } ofSwarm ? room(ofSwarm) : scenario.SwarmSpare,
        };
        return (server is null || server.Value.Least == server.Value.Most) && (swarm is null || swarm.Value.Least == swarm.Value.Most)
            ? [With(free => free.Least)] : [With(free => free.Least), With(free => free.Most)];
    }

    // An external server may have several processes, each with this limit.
    private static FreeDescriptors OfSubject(long nofile) => new(Math.Max(0, nofile - DescriptorCheck.OwnDescriptors), long.MaxValue / 4);

    private static bool MayFill(long? nofile, long connects) => nofile is { } limit && connects > limit - DescriptorCheck.OwnDescriptors;

    private static FreeDescriptors? Free(long? nofile, FreeDescriptors? seen) => nofile is not { } limit ? null
        : seen ?? new FreeDescriptors(Math.Max(0, limit - DescriptorCheck.OwnDescriptors), Math.Max(0, limit - FewOwnDescriptors));

    private static long Connects(Scenario scenario) => scenario.Loads.Sum(load => Arrivals.Count(load.Swarm) ?? UnknownConnects);
}
