using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>One variant's figures as the summary needs them: answers to the questions by which its sentences differ.</summary>
internal sealed class Story(Plan plan, VariantEvidence evidence)
{
    public VariantResult Figures { get; } = VariantFigures.Of(plan, evidence);

    public Scenario Declared { get; } = evidence.Planned.Declared;

    public SynSchedule SynSchedule { get; } = evidence.Final.SynSchedule;

    public long GaveUp { get; } = evidence.Final.Clients.GaveUp;

    /// <summary>What the scripted peer said last; null when there was none.</summary>
    public PeerTally? Peer { get; } = evidence.Final.Peer;

    /// <summary>What the probe's calls gave; null when there was none and clients connected instead.</summary>
    public string? ProbeWords { get; } = Probe(evidence.Final);

    /// <summary>Half-open requests seen at most.</summary>
    public long HalfOpenPeak => Figures.Queues.Syn.Peak ?? 0;

    /// <summary>The scripted peer was the only client.</summary>
    public bool IsPeerAlone => Peer is { Flows: > 0 } && Connections.Attempted == 0;

    /// <summary>What was never answered, where that is what the run is about.</summary>
    public RetransmitKind? Silence => Judging.Silence.Of(this);

    public string Path => Figures.DropPath.Path;

    /// <summary>Handshakes that were answered by a RST at their end, by tcp_abort_on_overflow.</summary>
    public ulong Resets { get; } = DropPaths.Resets(plan, evidence.Planned, evidence.Final);

    public ConnectionFigures Connections => Figures.Connections;

    public AcceptQueueFigures Queue => Figures.Queues.Accept;

    public bool LostPackets => Path is not (DropPaths.None or DropPaths.Unknown or DropPaths.CookiesSent);

    /// <summary>Nothing ever took a connection out of the queue.</summary>
    public bool NeverAccepts => Declared.Server.Accept.Kind == AcceptPolicyKind.Never
        && !Declared.Phases.Any(phase => phase.Action.Kind is PhaseActionKind.Accept or PhaseActionKind.Listen);

    /// <summary>Clients end connections that may still be queued.</summary>
    public bool ClientsLeave => Declared.Swarm.Then != ClientEnd.Hold
        || Declared.Phases.Any(phase => phase.Action is ClientsAction || (phase.Action is LoadAction load && load.Swarm.Then != ClientEnd.Hold));

    /// <summary>The kernel made the backlog smaller than asked; what somebody else's server asked for is not known.</summary>
    public bool IsClamped => Declared.HasOwnServer && Queue.Limit is { } limit && limit < Declared.Server.Backlog && !Declared.Phases.Any(phase => phase.Action.Kind == PhaseActionKind.Listen);

    public ulong Packets(string path) => Figures.DropPath.Counts.GetValueOrDefault(path);

    /// <summary>"5 connections (backlog 4 + 1)".</summary>
    public string CapacityWords
    {
        get
        {
            if (Queue.Capacity is not { } capacity)
            {
                return "a length that nobody has seen";
            }

            var limit = capacity - 1;
            var from = Declared.HasOwnServer && limit == Declared.Server.Backlog ? $"backlog {limit} + 1"
                : IsClamped ? $"backlog {Declared.Server.Backlog} cut to {limit} by net.core.somaxconn, + 1"
                : $"live backlog {limit} + 1";
            return $"{Words.Count(capacity, "connection")} ({from})";
        }
    }

    /// <summary>"15 clients are still waiting and 3 gave up".</summary>
    public string FateWords
    {
        get
        {
            if (IsPeerAlone)
            {
                return PeerWords;
            }

            List<string> parts = [];
            if (Connections.Pending > 0)
            {
                parts.Add($"{Words.Count(Connections.Pending, "client")} {Words.Are(Connections.Pending)} still waiting");
            }

            if (GaveUp > 0)
            {
                parts.Add($"{Words.Count(GaveUp, "client")} gave up");
            }

            if (Connections.Failed > GaveUp)
            {
                parts.Add($"{Words.Count(Connections.Failed - GaveUp, "client")} got an error");
            }

            return parts.Count == 0 ? ConnectedWords : NeverAccepts ? Words.And(parts) : $"{ConnectedWords}, {Words.And(parts)}";
        }
    }

    /// <summary>"the server has accepted 5 connections": what the clients that believe they are connected cannot know.</summary>
    public string AcceptedWords => Figures.Server is not { } server ? "what the server got was not seen"
        : server.Accepted == 0 ? "the server has accepted none"
        : $"the server has accepted {Words.Count(server.Accepted, "connection")}";

    /// <summary>"9 of the scripted peer's 200 SYNs were answered".</summary>
    public string PeerWords => $"{Peer?.Answered} of the scripted peer's {Words.Count(Peer?.Flows ?? 0, "SYN")} {(Peer?.Answered == 1 ? "was" : "were")} answered";

    /// <summary>"5 of 20 clients connected, the slowest after 1.02 s".</summary>
    public string ConnectedWords => $"{Connections.Established} of {Words.Count(Connections.Attempted, "client")} connected{SlowestWords}";

    /// <summary>"1 s, 2 s, 3 s": when a client without an answer sends its SYN again.</summary>
    public string ResendWords => string.Join(", ", SynSchedule.SendsS.Skip(1).Take(4).Select(Words.Seconds));

    private static string? Probe(Sightings seen)
    {
        List<ProbeAnswered> failed = [.. seen.Probe.Answers.Where(answer => !answer.Errno.IsNone)];
        var all = seen.Probe.Answers.Count();
        return all == 0 || seen.Clients.Attempted > 0 ? null
            : failed.Count == 0 ? $"The kernel did all {all} calls of the probe."
            : $"Of {Words.Count(all, "call")} of the probe the kernel refused {failed.Count}: {Words.And([.. failed.Select(answer => $"{EnumWords<ProbeCall>.Of(answer.Call)} in step '{answer.Step}' with {answer.Errno.Name} ({answer.Errno.Sentence})")])}.";
    }

    private string SlowestWords => Connections.Latency is { } latency && Connections.Established > 0 ? $", the slowest after {Words.Seconds(latency.MaxS)}" : "";
}
