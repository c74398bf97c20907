using LoadLab.Model;

namespace LoadLab.Probe;

/// <summary>Whether a look finds what its step expects, so that there is nothing to wait for. Nothing is judged here.</summary>
internal static class SessionExpectations
{
    /// <summary>True when states, segments, counters and timers are as expected.</summary>
    public static bool AreMet(SessionStep step, StepSeen seen) =>
        step.States.All(pair => Of(seen, pair.Key) is var socket && IsIn(socket, pair.Value))
        && (step.Packets is not { } packets || packets.SequenceEqual(seen.Packets))
        && step.Counters.All(pair => pair.Value.Contains(seen.Counters.GetValueOrDefault(pair.Key)))
        && step.Timers.All(pair => Of(seen, pair.Key) is { DiagTimerS: { } left } && pair.Value.Contains((decimal)left));

    /// <summary>True when the call answered as expected.</summary>
    public static bool IsAnswered(SessionStep step, StepSeen seen) =>
        seen.Blocked == step.Blocks && (step.Blocks || (seen.Errno == step.Errno && (step.Returns is not { } returns || returns.Contains(seen.Value))
            && (step.Reads is not { } text || text == seen.Text)));

    private static SocketSeen? Of(StepSeen seen, string name) => seen.Sockets.FirstOrDefault(socket => socket.Name == name);

    private static bool IsIn(SocketSeen? socket, string state) => socket is not null
        && IsIt(socket.Diag, state) && IsIt(socket.Proc, state)
            && (socket.Info is null || socket.Info == (state == TcpStateNames.TimeWait ? TcpStateNames.Close : state));

    private static bool IsIt(string seen, string state) => seen == state || (seen == SocketSeen.NotListed && state == TcpStateNames.Close);
}
