using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>A variant in which somebody waited for an answer that nobody gave: a SYN into silence, or data or a FIN to a peer that acknowledges nothing.</summary>
/// <remarks>It is told from the declared scenario who was silent, and from the evidence what that cost.</remarks>
internal static class Silence
{
    /// <summary>What was never answered; null when nothing of the kind is what the run is about.</summary>
    public static RetransmitKind? Of(Story story)
    {
        var declared = story.Declared;
        var sends = declared.Phases.Select(phase => phase.Action).OfType<PeerAction>().Select(peer => peer.Send).ToList();
        return Sent(story, RetransmitKind.Syn) && declared.Phases.Any(phase => phase.Action is LoadAction { Swarm.Target: not null }) ? RetransmitKind.Syn
            : !story.IsPeerAlone ? null
            : Sent(story, RetransmitKind.Fin) && declared.Server.Connection == ConnectionBehaviour.Close ? RetransmitKind.Fin
            : Sent(story, RetransmitKind.Data) && sends.Contains(PeerSegment.Data) ? RetransmitKind.Data
            : null;
    }

    /// <summary>What happened, in one sentence.</summary>
    public static string Happened(Story story, RetransmitKind what) => what switch
    {
        RetransmitKind.Syn =>
            $"Nobody answered: {Words.Count(story.Connections.Attempted, "client")} sent {(story.Connections.Attempted == 1 ? "its" : "their")} SYN again {Schedule(story, what)}{SynEnd(story)}.",
        RetransmitKind.Data =>
            $"The peers fell silent: the server's data was sent again {Schedule(story, what)}, and {End(story)}.",
        RetransmitKind.Fin =>
            $"The peers fell silent: the FIN of the closed connections was sent again {Schedule(story, what)}, and {End(story)}.",
        RetransmitKind.SynAck =>
            $"The final ACKs did not come: SYN-ACKs were sent again {Schedule(story, what)}.",
    };

    /// <summary>A variant of several, as part of a sentence.</summary>
    public static string InShort(Story story, RetransmitKind what) => $"'{story.Figures.Name}' sent its {(what == RetransmitKind.Data ? "data" : PacketWitnesses.NameOf(what))} again {Schedule(story, what)}{(what == RetransmitKind.Syn ? SynEnd(story) : $" ({End(story)})")}";

    /// <summary>What it means and what cures it.</summary>
    public static string Means(RetransmitKind what) => what switch
    {
        RetransmitKind.Syn =>
            "Silence is what a firewall that drops looks like, or a host that is gone: connect() waits for tcp_syn_retries (two minutes by default) unless TCP_SYNCNT, TCP_USER_TIMEOUT or a time-out of the program's own ends it; a RST or an ICMP error would have ended it at once.",
        RetransmitKind.Data =>
            "Until it gives up the kernel tells the program nothing, with the default of tcp_retries2 for more than 15 minutes: TCP_USER_TIMEOUT, keepalives or a deadline of the program's own end it sooner.",
        RetransmitKind.Fin =>
            "After close() no process waits any more and none is told; the orphan in FIN-WAIT-1 keeps its memory for tcp_orphan_retries, 102 s by default, and tcp_max_orphans bounds how many there are.",
        RetransmitKind.SynAck =>
            "A half-open request keeps its slot until tcp_synack_retries are used up.",
    };

    private static bool Sent(Story story, RetransmitKind kind) => story.Figures.Retransmits.TryGetValue(PacketWitnesses.NameOf(kind), out var figures) && figures.Count > 0;

    private static string Schedule(Story story, RetransmitKind kind)
    {
        var figures = story.Figures.Retransmits[PacketWitnesses.NameOf(kind)];
        return figures.ScheduleS.IsEmpty ? Words.Count(figures.Count, "time") : $"after {Words.And([.. figures.ScheduleS.Select(Words.Seconds)])}";
    }

    private static string SynEnd(Story story)
    {
        var failed = story.Figures.Errors.Where(error => error.Role == Role.Swarm && error.Errno == Errno.ETIMEDOUT).ToList();
        return failed.Count == 0 ? "" : $", and {Words.Count(failed.Sum(error => error.Count), "connect")} failed with ETIMEDOUT";
    }

    private static string End(Story story)
    {
        var gone = story.Figures.Counters.GetValueOrDefault("TcpExt.TCPAbortOnTimeout");
        return gone == 0 ? "none was given up by the end of the run" : $"{Words.Count(gone, "connection")} {(gone == 1 ? "was" : "were")} given up{(story.Figures.Server?.Errors.ContainsKey(Errno.ETIMEDOUT) == true ? " with ETIMEDOUT" : " without a word")}";
    }
}
