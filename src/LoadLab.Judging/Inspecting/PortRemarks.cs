using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What the state of a port's listeners means.</summary>
internal static class PortRemarks
{
    public static IEnumerable<Remark> Of(PortView port) =>
    [
        .. port.Listeners.SelectMany(Of),
        .. port.Listeners.Select(listener => new Remark(Outcome.Held, $"{listener.Address} backlog", Asked(listener.LiveBacklog, port.Somaxconn))),
        .. port.ListenDrops is > 0 and var drops && port.Listeners.All(listener => listener.Drops is null)
            ? [new Remark(Outcome.Inconclusive, "drops", $"this kernel does not tell what a single listener has dropped; all of this network namespace together have dropped {Words.Count(drops, "packet")}")]
            : (Remark[])[],
        .. port.Listeners.All(listener => listener.Owners.IsEmpty)
            ? [new Remark(Outcome.Held, "owner", "whose listener it is cannot be seen: of another user, whose descriptors only root may list, or in another pid namespace")]
            : (Remark[])[],
    ];

    /// <summary>What is wrong with one listener.</summary>
    public static IEnumerable<Remark> Of(ListeningView listener)
    {
        var capacity = listener.LiveBacklog + 1;
        if (listener.Queue > listener.LiveBacklog)
        {
            yield return new Remark(
                Outcome.Broken, $"{listener.Address} accept queue", $"the accept queue is full now, {listener.Queue} of {capacity}: the kernel answers no further SYN until the server calls accept()", "accept-queue/backlog-overflow");
        }
        else if (InspectionRemarks.IsNear((double)listener.Queue / capacity))
        {
            yield return new Remark(Outcome.Broken, $"{listener.Address} accept queue", $"the accept queue is nearly full, {listener.Queue} of {capacity}: the server accepts too slowly, or not at all", "accept-queue/slow-accept");
        }

        if (listener.HalfOpen > 0 && listener.HalfOpen >= listener.LiveBacklog)
        {
            yield return new Remark(
                Outcome.Broken,
                $"{listener.Address} SYN queue",
                $"{Words.Count(listener.HalfOpen, "half-open request")} at a live backlog of {listener.LiveBacklog}: the SYN queue is full or one request from it; a further SYN is dropped, or answered by a cookie where net.ipv4.tcp_syncookies is 1",
                "syn-queue/overflow-cookies");
        }

        if (listener.Drops is > 0 and var drops)
        {
            yield return new Remark(
                Outcome.Broken, $"{listener.Address} drops", $"this listener has dropped {Words.Count(drops, "packet")} since listen(); each cost a client a second or more", "accept-queue/slow-accept");
        }
    }

    /// <summary>What listen() must have been called with.</summary>
    /// <remarks>Kernel: net/socket.c __sys_listen: the live backlog is min((unsigned) backlog, somaxconn) at the time of the call.</remarks>
    internal static string Asked(long limit, int? somaxconn) => (limit, somaxconn) switch
    {
        (_, null) => $"the limit is {limit}; what was asked for cannot be told, since this network namespace does not show net.core.somaxconn",
        var (live, most) when live < most => $"the limit {live} is less than net.core.somaxconn {most}: listen() was called with exactly {live} (unless somaxconn was {live} then)",
        var (live, most) when live == most => $"the limit is net.core.somaxconn: listen() was called with {live} or more, or with -1; what it asked for beyond that the kernel forgot",
        var (live, most) => $"the limit {live} is more than net.core.somaxconn {most} is now: it was larger when listen() was called, and the next listen() makes this {most}",
    };
}
