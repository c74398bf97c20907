using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What was seen at each step of each session.</summary>
internal sealed class SessionSightings
{
    private readonly Dictionary<(string Session, string Step), StepSeen> steps;
    private readonly Dictionary<string, SessionEnded> ended;

    public SessionSightings()
        : this([], [])
    {
    }

    private SessionSightings(Dictionary<(string Session, string Step), StepSeen> steps, Dictionary<string, SessionEnded> ended) => (this.steps, this.ended) = (steps, ended);

    public void Fold(StepSeen seen) => steps[(seen.Session, seen.Step)] = seen;

    public void Fold(SessionEnded end) => ended[end.Session] = end;

    public StepSeen? Of(string session, string step) => steps.GetValueOrDefault((session, step));

    /// <summary>Why a session did not get to its end; null when it did, or nothing was heard of it.</summary>
    public string? Problem(string session) => ended.GetValueOrDefault(session)?.Problem;

    /// <summary>By how much a session's thread was late at worst, where that matters; null where it does not.</summary>
    public Nanoseconds? Late(string session) => ended.GetValueOrDefault(session) is { } end && end.Late > SessionEnded.InTime ? end.Late : null;

    public Nanoseconds Took(string session) => ended.GetValueOrDefault(session)?.Took ?? Nanoseconds.Zero;

    public SessionSightings Copy() => new(new(steps), new(ended));
}

/// <summary>What can be asked about a step of a session: <c>session.NAME.STEP.diag.SOCKET</c>, <c>session.NAME.STEP.errno.number</c> …</summary>
internal static class SessionWitnesses
{
    private static readonly Dictionary<string, Func<StepSeen, string, Reading>> Of = new(StringComparer.Ordinal)
    {
        ["errno"] = (seen, _) => seen.Blocked ? Reading.Unseen("the call had not returned") : new(seen.Errno.Number),
        ["value"] = (seen, _) => seen.Blocked ? Reading.Unseen("the call had not returned") : new(seen.Value),
        ["blocked"] = (seen, _) => new(seen.Blocked ? 1 : 0),
        ["reads"] = (seen, text) => seen.Blocked ? Reading.Unseen("the call had not returned") : new(seen.Text == text ? 1 : 0),
        ["diag"] = (seen, socket) => State(Find(seen, socket)?.Diag ?? SocketSeen.NotListed),
        ["proc"] = (seen, socket) => State(Find(seen, socket)?.Proc ?? SocketSeen.NotListed),
        ["info"] = (seen, socket) => Find(seen, socket)?.Info is { } state ? State(state) : Reading.Unseen($"{socket} has no descriptor to ask"),
        ["diag-timer"] = (seen, socket) => Seconds(Find(seen, socket)?.DiagTimerS, socket),
        ["proc-timer"] = (seen, socket) => Seconds(Find(seen, socket)?.ProcTimerS, socket),
        ["packets"] = (seen, label) => new(label == "all" ? seen.Packets.Length : seen.Packets.Count(packet => packet == label)),
        ["counters"] = (seen, name) => new(seen.Counters.GetValueOrDefault(name)),
    };

    public static IEnumerable<WitnessForm> Rows => [new WitnessForm("session.*", "probe", Read)];

    /// <summary>The session that a witness is of; null for a witness of no session.</summary>
    public static string? SessionOf(string witness) => witness.Split('.', 3) is ["session", var session, _] ? session : null;

    private static Reading Read(Sightings seen, string argument)
    {
        if (argument.Split('.', 4) is not [var session, var step, var what, var of] || !Of.TryGetValue(what, out var read))
        {
            return Reading.Unseen("there is no witness of this name");
        }

        return seen.Sessions.Of(session, step) is { } one ? read(one, of)
            : Reading.Unseen(seen.Sessions.Problem(session) ?? $"the session did not get to step '{step}'");
    }

    private static SocketSeen? Find(StepSeen seen, string socket) => seen.Sockets.FirstOrDefault(one => one.Name == socket);

    private static Reading State(string name) => new(TcpStateNames.NumberOf(name == SocketSeen.NotListed ? TcpStateNames.Close : name));

    private static Reading Seconds(double? left, string socket) => left is { } seconds ? new((decimal)seconds) : Reading.Unseen($"no timer of {socket} runs");
}
