using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>The run in two sentences: what happened, and what that means.</summary>
internal static class Summary
{
    private static readonly ImmutableDictionary<string, Func<Story, string>> Happened = new Dictionary<string, Func<Story, string>>
    {
        [DropPaths.SynAcceptQueueFull] = Overflowed,
        [DropPaths.FinalAck] = FinalAcks,
        [DropPaths.SynQueueFull] = story =>
            $"The SYN queue was full{SynPeak(story)}, syncookies are off, and the kernel dropped {Words.Count(story.Packets(DropPaths.SynQueueFull), "SYN")} without an answer: {story.FateWords}.",
        [DropPaths.CookiesSent] = story =>
            $"The SYN queue was full{SynPeak(story)} and the kernel answered {Words.Count(story.Packets(DropPaths.CookiesSent), "SYN")} by syncookies instead of dropping them: {story.FateWords}.",
        [DropPaths.LastQuarter] = story =>
            $"With syncookies off the kernel keeps the last quarter of tcp_max_syn_backlog for peers it knows, and dropped {Words.Count(story.Packets(DropPaths.LastQuarter), "SYN")}: {story.FateWords}.",
        [DropPaths.Unnamed] = story =>
            $"The listener dropped {Words.Count(story.Packets(DropPaths.Unnamed), "packet")} for a reason that no counter names: {story.FateWords}.",
        [DropPaths.None] = NothingDropped,
        [DropPaths.Unknown] = story => story.Connections.Attempted == 0 ? "Nothing of the run could be seen." : $"What the kernel dropped could not be seen: {story.FateWords}.",
    }.ToImmutableDictionary();

    public static string Of(Plan plan, Evidence evidence, ImmutableArray<Finding> findings)
    {
        if (plan.Variants.All(variant => variant.Declared.IsSession))
        {
            return OfSessions(evidence, findings);
        }

        ImmutableArray<Story> stories = [.. evidence.Variants.Select(variant => new Story(plan, variant))];
        var happened = stories.Length == 1 ? Happened[stories[0].Path](stories[0]) : $"Of {stories.Length} variants, {Words.And([.. stories.Select(InShort)])}.";
        return $"{happened} {Means(stories, evidence.Unfinished, findings)}";
    }

    private static string OfSessions(Evidence evidence, ImmutableArray<Finding> findings)
    {
        var broken = findings.Where(finding => finding.Outcome == Outcome.Broken).ToList();
        return broken.Count > 0 ? $"The kernel did not do what the claim says: {Words.Count(broken.Count, "expectation")} of {findings.Length} {Words.Are(broken.Count)} broken, first \"{broken[0].Claim.TrimEnd('.')}\"."
            : evidence.Unfinished is { } unfinished ? $"The run did not finish ({unfinished.TrimEnd('.')}), so this is only what was seen until then."
            : findings.FirstOrDefault(finding => finding.Outcome == Outcome.Inconclusive) is { } unseen ? $"Not everything could be seen, first \"{unseen.Claim.TrimEnd('.')}\"."
            : "At each step system call, tables of sockets, segments and counters said what the claim says.";
    }

    private static string Means(ImmutableArray<Story> stories, string? unfinished, ImmutableArray<Finding> findings)
    {
        if (findings.FirstOrDefault(finding => finding.Outcome == Outcome.Broken) is { } broken)
        {
            var count = findings.Count(finding => finding.Outcome == Outcome.Broken);
            return $"That is not what the kernel's rules predict: {Words.Count(count, "expectation")} of {findings.Length} {Words.Are(count)} broken, first \"{broken.Claim.TrimEnd('.')}\" (expected {broken.Predicted} {broken.Unit}, {HowBroken(broken)}).";
        }

        if (unfinished is not null)
        {
            return $"The run did not finish ({unfinished.TrimEnd('.')}), so this is only what was seen until then.";
        }

        return Meanings.Of(stories.FirstOrDefault(story => story.LostPackets) ?? stories[0]);
    }

    private static string HowBroken(Finding broken) =>
        broken.Witnesses.FirstOrDefault(witness => witness.Value is { } value && !broken.Predicted.Contains(value)) is { Value: { } wrong } witness
            ? $"{witness.Name} saw {wrong:0.######}"
            : broken.Observed is null ? "but it never came" : "but its witnesses disagree";

    private static string Overflowed(Story story)
    {
        if (story.NeverAccepts && story.Connections.Pending > 0)
        {
            var took = story.Declared.Server.Listeners > 1 ? $"Each of {story.Declared.Server.Listeners} accept queues takes" : "The accept queue took";
            return $"{took} {story.CapacityWords} and the kernel dropped every further SYN without an answer: {story.FateWords}.";
        }

        return $"While the accept queue was full at {story.CapacityWords}, the kernel dropped {Words.Count(story.Packets(DropPaths.SynAcceptQueueFull), "SYN")} without an answer: {story.FateWords}.";
    }

    private static string FinalAcks(Story story)
    {
        var full = $"The accept queue was full at {story.CapacityWords} when handshakes were about to end";
        return story.Resets > 0
            ? $"{full}, and the kernel reset {Words.Count(story.Resets, "client")} that believed to be connected: {story.FateWords}, {story.AcceptedWords}."
            : $"{full}, and the kernel ignored {Words.Count(story.Packets(DropPaths.FinalAck), "packet")} of clients that believe they are connected: {story.FateWords}, {story.AcceptedWords}.";
    }

    private static string NothingDropped(Story story)
    {
        if (story.Silence is { } what)
        {
            return Silence.Happened(story, what);
        }

        if (story.IsPeerAlone)
        {
            return $"The kernel dropped no SYN: {story.PeerWords}, and at most {Words.Count(story.HalfOpenPeak, "request")} {(story.HalfOpenPeak == 1 ? "was" : "were")} half-open.";
        }

        if (story.ProbeWords is { } probe)
        {
            return probe;
        }

        if (story.Connections.Attempted == 0)
        {
            return "No client has tried to connect, or none has said so.";
        }

        var worst = story.Figures.Errors.Where(error => error.Role == Role.Swarm).OrderByDescending(error => error.Count).FirstOrDefault();
        if (worst is not null)
        {
            return $"{worst.Count} of {Words.Count(story.Connections.Attempted, "connect")} failed with {worst.Errno.Name} at {worst.Syscall} ({worst.Errno.Sentence}): {story.ConnectedWords}.";
        }

        var peak = story.Queue is { Peak: { } seen, Capacity: { } takes } ? $"; the accept queue held at most {seen} of {Words.Count(takes, "connection")}" : "";
        return $"The kernel dropped no SYN: {story.FateWords}{peak}.";
    }

    private static string InShort(Story story)
    {
        if (story is { Path: DropPaths.None, Silence: { } silent })
        {
            return Silence.InShort(story, silent);
        }

        var lost = story.Figures.DropPath.Counts.Where(pair => pair.Key != DropPaths.CookiesSent).Sum(pair => (decimal)pair.Value);
        var what = story.Path == DropPaths.Unknown ? "could not be seen to the end"
            : lost == 0 ? $"'{story.Figures.Name}' lost nothing"
            : $"'{story.Figures.Name}' dropped {Words.Count(lost, "packet")} ({story.Path})";
        what += story.Resets > 0 ? $" and reset {Words.Count(story.Resets, "client")}" : "";
        if (story.IsPeerAlone && story.Path != DropPaths.Unknown)
        {
            return $"{what} with {story.Peer!.Answered} of {story.Peer.Flows} SYNs answered, at most {story.HalfOpenPeak} half-open";
        }

        var peak = story.Queue.Peak is { } seen ? $", queue {seen} of {story.Queue.Capacity}" : "";
        return story.Path == DropPaths.Unknown ? $"'{story.Figures.Name}' {what}" : $"{what} with {story.Connections.Established} of {story.Connections.Attempted} connected{peak}";
    }

    private static string SynPeak(Story story) => story.Figures.Queues.Syn.Peak is { } peak and > 0 ? $" at {Words.Count(peak, "half-open request")}" : "";
}
