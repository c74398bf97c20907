using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>The changes of state that the sockets of sessions went through, one step at a time, and the states in which they stood still.</summary>
/// <remarks>Where a step takes a socket through several states at once, only its ends were seen: such a leap is none of RFC 9293's transitions and is left
/// out.</remarks>
public static class TransitionsSeen
{
    private const string Other = "other.";

    // RFC 9293, 3.3.2, figure 5; CLOSE is its CLOSED. A half-open request is an entry of its own beside the listener that it came from.
    private static readonly HashSet<(string From, string To)> Edges =
    [
        ("CLOSE", "LISTEN"), ("CLOSE", "SYN-SENT"), ("LISTEN", "SYN-RECV"), ("LISTEN", "CLOSE"), ("SYN-SENT", "SYN-RECV"), ("SYN-SENT",
            "ESTABLISHED"), ("SYN-SENT", "CLOSE"),
        ("SYN-RECV", "ESTABLISHED"), ("SYN-RECV", "FIN-WAIT-1"), ("SYN-RECV", "CLOSE"), ("ESTABLISHED", "FIN-WAIT-1"), ("ESTABLISHED",
            "CLOSE-WAIT"), ("ESTABLISHED", "CLOSE"),
        ("FIN-WAIT-1", "FIN-WAIT-2"), ("FIN-WAIT-1", "CLOSING"), ("FIN-WAIT-1", "TIME-WAIT"), ("FIN-WAIT-1", "CLOSE"), ("FIN-WAIT-2",
            "TIME-WAIT"), ("FIN-WAIT-2", "CLOSE"), ("CLOSING", "TIME-WAIT"),
        ("CLOSE-WAIT", "LAST-ACK"), ("CLOSE-WAIT", "CLOSE"), ("LAST-ACK", "CLOSE"), ("TIME-WAIT", "CLOSE"),
    ];

    /// <summary>All of them, each once.</summary>
    public static (ImmutableArray<string> States, ImmutableArray<StateTransition> Transitions) Of(IEnumerable<Session> sessions, VariantEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(evidence);
        var states = new HashSet<string>(StringComparer.Ordinal);
        var transitions = new List<StateTransition>();

        // Where a scripted peer takes part one segment at a time is told to be the cause.
        foreach (var session in sessions.OrderByDescending(session => session.HasPeer))
        {
            var last = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (step, seen) in session.Steps.Select(step => (step, evidence.Final.Sessions.Of(session.Name, step.Name))))
            {
                foreach (var socket in seen?.Sockets ?? [])
                {
                    states.Add(socket.State);
                    var before = last.GetValueOrDefault(socket.Name, First(socket, last));
                    last[socket.Name] = socket.State;
                    if (Edges.Contains((before, socket.State)))
                    {
                        transitions.Add(new StateTransition(before, socket.State, Cause(step)));
                    }
                }
            }
        }

        return ([.. TcpStateNames.All.Where(states.Contains)], [.. transitions.Distinct().GroupBy(one => (one.From, one.To)).Select(group => group.First())]);
    }

    // The first look at the kernel's end of a connection that a peer began: it came from the listener. An accepted socket was there before under another name.
    private static string First(SocketSeen socket, Dictionary<string, string> last) =>
        socket is { State: "SYN-RECV" } && socket.Name.StartsWith(Other, StringComparison.Ordinal) && last.ContainsValue("LISTEN") ? "LISTEN" : socket.State;

    private static string Cause(SessionStep step) => step.Call switch
    {
        SessionCall.Peer => step.Send is { } sent ? EnumWords<SessionSegment>.Of(sent).ToUpperInvariant() : "",
        SessionCall.Wait or SessionCall.Returned => "timer",
        _ => $"{EnumWords<SessionCall>.Of(step.Call)}()",
    };
}
