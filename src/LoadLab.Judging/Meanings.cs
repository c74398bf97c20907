using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What a drop path means for the people behind it and what cures it: one sentence, the first row that fits.</summary>
internal static class Meanings
{
    private static readonly ImmutableArray<(Func<Story, bool> Fits, Func<Story, string> Says)> Rows =
    [
        (story => Overflow(story) && story.IsClamped, story =>
            $"The kernel made the backlog of {story.Declared.Server.Backlog} one of {story.Queue.Limit} without saying so: raise net.core.somaxconn and call listen() again, since a listener keeps the limit of its last listen()."),
        (story => Overflow(story) && ServerFailed(story, Errno.EMFILE), story =>
            $"The server had no descriptor left, so accept() answered EMFILE and the queue filled up behind it: raise its RLIMIT_NOFILE or close what is done with; what it does meanwhile is {story.Declared.Server.AtLimit}."),
        (story => Overflow(story) && story.ClientsLeave, _ =>
            "A client that closes or resets while it is queued keeps its slot until accept(): retries can fill the queue with connections whose clients are gone, and the server learns that only from recv()."),
        (story => Overflow(story) && story.Declared.Server.Listeners > 1, _ =>
            "With SO_REUSEPORT each listener has a queue of its own and the kernel chooses one by a hash of the connection, so one drops while another has room."),
        (story => Overflow(story) && story.NeverAccepts, story =>
            $"To these clients the server looks slow, not down: each sends its SYN again after {story.ResendWords} and so on, and only accept() makes room, a larger backlog only moves the moment."),
        (story => Overflow(story) && story.Declared.Server.Accept.Kind == AcceptPolicyKind.Stalled && story.Declared.Swarm.Shape == LoadShape.Rate, story =>
            $"What arrives while accept() pauses must fit into the queue: at {story.Declared.Swarm.Rate} for {story.Declared.Server.Accept.For} that is about {Math.Ceiling(story.Declared.Swarm.Rate.PerSecond * story.Declared.Server.Accept.For.Seconds)} connections, and who does not fit waits until a resend, {story.ResendWords} after its first SYN."),
        (Overflow, story =>
            $"A client whose SYN is dropped waits for a whole step of the SYN schedule ({story.ResendWords} …) however soon there is room again: faster accepting cures it, a larger backlog bridges bursts only."),
        (story => story.Path == DropPaths.FinalAck && story.Resets > 0, _ =>
            "A reset tells the client at once what it would otherwise find out by waiting: right where it can go elsewhere, wrong where the queue would have had room a moment later; accept() that is fast enough spares both."),
        (story => story.Path == DropPaths.FinalAck, _ =>
            "These clients send data into a connection that the server does not have yet; it recovers by repeated packets once accept() makes room, and tcp_abort_on_overflow=1 would reset them instead."),
        (story => story.Path == DropPaths.SynQueueFull, _ =>
            "Half-open requests are bounded by the backlog: syncookies (net.ipv4.tcp_syncookies=1) or a larger backlog and somaxconn keep honest clients from waiting."),
        (story => story.Path == DropPaths.CookiesSent, _ =>
            "Clients connect all the same, but a cookie's SYN-ACK is never repeated and without timestamps loses window scale and SACK: a larger backlog and somaxconn avoid it."),
        (story => story.Path == DropPaths.LastQuarter, _ =>
            "Raise net.ipv4.tcp_max_syn_backlog or turn syncookies on: with cookies on this limit is not used."),
        (story => story.Path == DropPaths.Unnamed, _ =>
            "It was neither of the listener's queues: look for memory pressure, a missing route back, or a security module."),
        (story => story.ProbeWords is not null, _ =>
            "A process may lower its limits and raise the soft one up to the hard one; more takes CAP_SYS_RESOURCE, and nobody gets beyond fs.nr_open."),
        (story => story.Path == DropPaths.Unknown, _ =>
            "Nothing can be said about the kernel's part; see the notes for what could not be read."),
        (story => story.Silence is not null, story => Silence.Means(story.Silence!.Value)),
        (story => MostFailed(story) == Errno.ETIMEDOUT, _ => "No drop path of this listener fired, so the packets were lost elsewhere: look at conntrack, firewall and routing."),
        (story => MostFailed(story)?.Cure is not null, story => MostFailed(story)!.Value.Cure!),
        (story => ServerFailed(story, Errno.EMFILE), _ =>
            "The server had no descriptor left: accept() answered EMFILE, and what is queued stays queued, though its client believes to be connected; raise RLIMIT_NOFILE, or close connections whose peer has closed."),
        (story => story.Connections.Failed > 0, _ => "The error is the kernel's own answer; its name and the system call say which limit it met."),
        (story => story.Connections.Pending > 0 || story.Connections.Latency?.MaxS > 0.9, _ =>
            "No drop path of this listener fired, yet clients waited: look elsewhere (conntrack, firewall, routing, or a server that is slow to start)."),
        (story => story.IsPeerAlone && story.Peer!.SynAcks > story.Peer.Answered && story.HalfOpenPeak > 0, _ =>
            "A half-open request keeps its slot until its last SYN-ACK has waited in vain: tcp_synack_retries sets for how long, and while more than half of the backlog is half-open old ones go after two retries."),
        (story => story.Queue.Peak >= story.Queue.Capacity, _ => "The queue was filled to its last slot and not beyond: the next connection would have been dropped."),
        (_ => true, _ => "This set-up has room for this load."),
    ];

    public static string Of(Story story) => Rows.First(row => row.Fits(story)).Says(story);

    private static bool Overflow(Story story) => story.Path == DropPaths.SynAcceptQueueFull;

    private static bool ServerFailed(Story story, Errno errno) => story.Figures.Errors.Any(error => error.Role == Role.Server && error.Errno == errno);

    private static Errno? MostFailed(Story story) => story.Figures.Errors.Where(error => error.Role == Role.Swarm).OrderByDescending(error => error.Count).FirstOrDefault()?.Errno;
}
