using System.Collections.Frozen;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>One row of the table of policies: how long after a failure nothing is tried, and what ends the wait before.</summary>
/// <param name="WaitNs">The wait after this failure, from the policy and the wait before; <see cref="long.MaxValue"/>: for ever.</param>
/// <param name="EndsWithAClose">One of the server's own connections was closed: there is a descriptor.</param>
/// <param name="Sheds">While it waits, connections that are queued are accepted with the descriptor in reserve, and closed.</param>
internal sealed record AtLimitRow(Func<AtLimitPolicy, long, long> WaitNs, bool EndsWithAClose = false, bool Sheds = false);

/// <summary>What an accept thread does after an accept() that can fail again at once.</summary>
/// <remarks>
/// At the fd limit accept() fails for as long as a descriptor is missing, whether or not a connection is queued (net/socket.c takes the descriptor
/// first): without a wait that is a busy loop.
/// A new policy is a new row. Concurrency: one instance a thread.
/// </remarks>
internal struct AtLimitWait(AtLimitPolicy policy)
{
    // How long a shedding thread goes without asking for a descriptor of its own while no client waits.
    private const long LookAgainNs = 100_000_000;

    // accept(2): the peer was gone. It consumed a queued connection, so it cannot repeat for ever.
    private static readonly Errno ECONNABORTED = new(103);

    private static readonly FrozenDictionary<AtLimitKind, AtLimitRow> Rows = new Dictionary<AtLimitKind, AtLimitRow>
    {
        [AtLimitKind.Spin] = new((_, _) => 0),
        [AtLimitKind.Sleep] = new((policy, _) => policy.First.Value),
        [AtLimitKind.Backoff] = new((policy, last) => Math.Clamp(last * 2, policy.First.Value, policy.Longest.Value)),
        [AtLimitKind.Pause] = new((policy, _) => policy.First.Value, EndsWithAClose: true),
        [AtLimitKind.Shed] = new((_, _) => LookAgainNs, EndsWithAClose: true, Sheds: true),
    }.ToFrozenDictionary();

    private long lastNs;

    /// <summary>The policy's row.</summary>
    public AtLimitRow Row { get; } = Rows[policy.Kind];

    /// <summary>True for answers that say nothing about the load: no connection within the time-out, or a signal of our own runtime.</summary>
    public static bool IsNoAnswer(Errno errno) => errno == Errno.EAGAIN || errno == Errno.EINTR;

    /// <summary>The wait after this failure.</summary>
    public long NextNs(Errno errno)
    {
        if (errno == ECONNABORTED)
        {
            return 0;
        }

        lastNs = Row.WaitNs(policy, lastNs);
        return lastNs;
    }

    /// <summary>An accept() has succeeded.</summary>
    public void Succeeded() => lastNs = 0;
}
