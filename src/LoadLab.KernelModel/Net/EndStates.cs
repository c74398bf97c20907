using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace LoadLab.KernelModel;

/// <summary>The sockets of each side by state, as a look at the socket table counts them.</summary>
/// <remarks>An end that no process has and that waits in FIN-WAIT-2 or TIME-WAIT is a bucket. Kernel: net/ipv4/tcp.c tcp_set_state, tcp_close_state;
/// net/ipv4/tcp_minisocks.c tcp_time_wait.</remarks>
internal static class EndStates
{
    /// <summary>Those of the clients.</summary>
    public static ImmutableSortedDictionary<string, long> OfClients(IEnumerable<Flow> flows, TimeWaitTable waiting) =>
        Count(flows.Select(Client), waiting.FinWait2OfClients, waiting.OfClients);

    /// <summary>Those of the server.</summary>
    public static ImmutableSortedDictionary<string, long> OfServer(IEnumerable<Flow> flows, TimeWaitTable waiting) =>
        Count(flows.Select(Server), waiting.FinWait2OfServers, waiting.OfServers);

    private static string? Client(Flow flow) => flow switch
    {
        { GotReset: true } or { IsDead: true } => null,
        { Client: ClientState.SynSent } => "SYN-SENT",
        { Client: ClientState.Established } => flow.IsServerClosed ? "CLOSE-WAIT" : "ESTABLISHED",
        { Client: ClientState.HalfClosed } => !flow.HasFin ? "FIN-WAIT-1" : flow.IsServerClosed ? null : "FIN-WAIT-2",
        _ => flow.HasSentFin && !flow.HasFin ? "FIN-WAIT-1" : null,
    };

    private static string? Server(Flow flow) => flow switch
    {
        { Server: ServerState.HalfOpen } => "SYN-RECV",
        { IsDead: true } => null,
        { Server: ServerState.Queued or ServerState.Accepted } => flow.HasFin ? "CLOSE-WAIT" : "ESTABLISHED",
        _ => null,
    };

    private static ImmutableSortedDictionary<string, long> Count(IEnumerable<string?> states, long finWait2, long timeWait)
    {
        var counts = new Dictionary<string, long> { ["FIN-WAIT-2"] = finWait2, ["TIME-WAIT"] = timeWait };
        foreach (var state in states)
        {
            if (state is not null)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, state, out _)++;
            }
        }

        return counts.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }
}
