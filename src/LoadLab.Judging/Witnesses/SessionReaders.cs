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

    private SessionSightings(Dictionary<(string Session, string Step), StepSeen> steps, Dictionary<string, SessionEnded> ended) =>
        (this.steps, this.ended) = (steps, ended);

    public void Fold(StepSeen seen) => steps[(seen.Session, seen.Step)] = seen;

    public void Fold(SessionEnded end) => ended[end.Session] = end;

    public StepSeen? Of(string session, string step) => steps.GetValueOrDefault((session, step));

    /// <summary>Why a session did not get to its end; null when it did, or nothing was heard of it.</summary>
    public string? Problem(string session) => ended.GetValueOrDefault(session)?.Problem;

    /// <summary>By how much a session's thread was late at worst, where that matters; null where it does not.</summary>
    public Nanoseconds? Late(string session) => ended.GetValueOrDefault(session) is { } end && end.Late > SessionEnded.InTime ? end.Late : null;

    /// <summary>Packets that the machine dropped before any protocol got them, while a session went on.</summary>
    public ulong Dropped(string session) =>
        (ulong)steps.Where(pair => pair.Key.Session == session).Sum(pair => pair.Value.Counters.GetValueOrDefault(Counter.SoftnetDropped.Name));

    public Nanoseconds Took(string session) => ended.GetValueOrDefault(session)?.Took ?? Nanoseconds.Zero;

    public SessionSightings Copy() => new(new(steps), new(ended));
}

/// <summary>How what was seen after a step of a session is read.</summary>
internal static class SessionReaders
{
    public static void Fill(ReaderTable table)
    {
        Add(SessionWitnesses.ErrnoOf, (seen, _) => IfReturned(seen, seen.Errno.Number));
        Add(SessionWitnesses.Value, (seen, _) => IfReturned(seen, seen.Value));
        Add(SessionWitnesses.Blocked, (seen, _) => new(seen.Blocked ? 1 : 0));
        Add(SessionWitnesses.Reads, (seen, text) => IfReturned(seen, seen.Text == text ? 1 : 0));
        Add(SessionWitnesses.Diag, (seen, socket) => State(seen, socket, one => one.Diag));
        Add(SessionWitnesses.Proc, (seen, socket) => State(seen, socket, one => one.Proc));
        Add(SessionWitnesses.Info, (seen, socket) => Find(seen, socket)?.Info is { } state ? State(state)
            : Reading.Unseen($"{socket} has no descriptor to ask"));
        Add(SessionWitnesses.DiagTimer, (seen, socket) => Seconds(Find(seen, socket)?.DiagTimerS, socket));
        Add(SessionWitnesses.ProcTimer, (seen, socket) => Seconds(Find(seen, socket)?.ProcTimerS, socket));
        Add(SessionWitnesses.Segments, (seen, label) => new(label == "all" ? seen.Packets.Length : seen.Packets.Count(packet => packet == label)));
        Add(SessionWitnesses.CounterDelta, (seen, name) => new(seen.Counters.GetValueOrDefault(name)));

        void Add(Witness<SessionLook> row, Func<StepSeen, string, Reading> read) => table.Add(row, (seen, look) =>
            seen.Sessions.Of(look.Session, look.Step) is { } one ? read(one, look.Of)
                : Reading.Unseen(seen.Sessions.Problem(look.Session) ?? $"the session did not get to step '{look.Step}'"));
    }

    private static Reading IfReturned(StepSeen seen, decimal value) => seen.Blocked ? Reading.Unseen("the call had not returned") : new(value);

    private static SocketSeen? Find(StepSeen seen, string socket) => seen.Sockets.FirstOrDefault(one => one.Name == socket);

    // A socket that no table lists is in CLOSE. One whose address was never known was not looked for: that is no state.
    private static Reading State(StepSeen seen, string socket, Func<SocketSeen, string> by) =>
        Find(seen, socket) is { } one ? State(by(one)) : Reading.Unseen($"{socket} was not looked for: its connection had no address yet");

    private static Reading State(string name) => new(TcpStateNames.NumberOf(name == SocketSeen.NotListed ? TcpStateNames.Close : name));

    private static Reading Seconds(double? left, string socket) => left is { } seconds ? new((decimal)seconds) : Reading.Unseen($"no timer of {socket} runs");
}
