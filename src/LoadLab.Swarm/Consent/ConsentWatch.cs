using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>
/// Holds a server's consent while it is loaded: asks again every second and after each sign that another server may have taken the port, and keeps
/// connects back until that is settled.
/// </summary>
/// <remarks>
/// Concurrency: a thread of its own asks and looks; the swarm's threads only call <see cref="MayConnect"/>, <see cref="Refused"/> and
/// <see cref="Doubt"/>, which never wait for it.
/// A server that takes the port gets at most: the connects that were in flight; those begun before the first sign, which comes at the latest with the
/// next question (a second) or, on loopback, the next look (10 ms);
/// one for each thread of the swarm; and <see cref="Credit"/>, if the last proof was less than 10 ms old.
/// An overloaded server gives signs all the time. So that this does not change the load, a proof is trusted for nine times as long as it took, at
/// most 10 ms and for <see cref="Credit"/> connects; only after a refused connect it is not.
/// </remarks>
public sealed class ConsentWatch : IDisposable
{
    // A SYN is retransmitted after a second, or 200 ms where the route has a shorter RTO: who connects faster was answered at once.
    private const long RetransmittedNs = 200_000_000;

    /// <summary>Connects that may be begun between a sign of doubt and the next proof, while the last one is fresh.</summary>
    internal const int Credit = 100;

    private const int TrustFactor = 9;
    private static readonly TimeSpan TrustAtMost = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly ConsentClient client;
    private readonly ulong listeners;
    private readonly LoopbackListeners? local;
    private readonly AutoResetEvent signs = new(false);
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Thread thread;
    private readonly Lock gate = new();
    private Signs seen;
    private Signs settled;
    private TimeSpan askedAt;
    private TimeSpan lookedAt;
    private TimeSpan trustedUntil;
    private int credit;
    private volatile Trust trust = Trust.Full;
    private volatile string? reason;

    private ConsentWatch(ConsentClient client, ConsentAnswer first, LoopbackListeners? local)
    {
        (this.client, listeners, this.local) = (client, first.Listeners, local);
        thread = new Thread(Watch) { IsBackground = true, Name = "consent" };
    }

    private enum Trust
    {
        Full,

        // There was a sign of doubt soon after a proof: as many connects as there is credit.
        Limited,
        None,
    }

    /// <summary>Asks right before the load begins, and then goes on asking.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="first">The consent that was given before.</param>
    /// <param name="refusal">Why there is no consent any more, as a sentence; null when there is.</param>
    /// <param name="cancellation">Ends the first question.</param>
    /// <exception cref="KernelException">The kernel gave no netlink socket.</exception>
    public static ConsentWatch? TryBegin(ConsentClient client, ConsentAnswer first, out string? refusal, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(first);
        return TryBegin(client, first, client.Target.IsLoopback ? new LoopbackListeners(client.Target) : null, out refusal, cancellation);
    }

    /// <summary>The same with what looks at the listeners; null where they cannot be looked at.</summary>
    internal static ConsentWatch? TryBegin(ConsentClient client, ConsentAnswer first, LoopbackListeners? local, out string? refusal,
        CancellationToken cancellation)
    {
        var watch = new ConsentWatch(client, first, local);
        refusal = watch.Ask(cancellation);
        if (refusal is not null)
        {
            watch.Dispose();
            return null;
        }

        watch.thread.Start();
        return watch;
    }

    /// <summary>True while no connect may be begun.</summary>
    public bool HoldsBack => trust != Trust.Full && (trust == Trust.None || Volatile.Read(ref credit) <= 0);

    /// <summary>Why consent has ended, as a sentence; null while it holds.</summary>
    public string? Reason => reason;

    /// <summary>Is cancelled when consent has ended.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>Whether one connect may be begun now. Any thread may ask.</summary>
    public bool MayConnect() => trust == Trust.Full || (trust == Trust.Limited && Interlocked.Decrement(ref credit) >= 0);

    /// <summary>A connect has ended: notes what that may be a sign of.</summary>
    /// <param name="errno">With what connect() failed; none: it is established.</param>
    /// <param name="tookNs">How long it took.</param>
    public void Ended(Errno errno, long tookNs)
    {
        if (errno == Errno.ECONNREFUSED || errno == Errno.ECONNRESET)
        {
            Refused();
        }
        else if (errno.IsNone ? tookNs >= RetransmittedNs : errno != Errno.EADDRNOTAVAIL)
        {
            // The listener that answered a retransmitted SYN need not be the one that ignored the first. A machine that has no port left says nothing of
            // the server.
            Doubt();
        }
    }

    /// <summary>
    /// A connect was refused or reset: no socket listened there at that moment, and the next one may be another program's. No connect is begun until
    /// the server has answered.
    /// </summary>
    public void Refused() => Note(isRefusal: true);

    /// <summary>
    /// A sign that may come from the same server under load, or from another one: a connect that needed retransmissions, failed or was given up, or a
    /// connection that broke.
    /// </summary>
    public void Doubt() => Note(isRefusal: false);

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping.Cancel();
        _ = signs.Set();
        if (thread.IsAlive)
        {
            thread.Join();
        }

        local?.Dispose();
        signs.Dispose();
        stopping.Dispose();
        lost.Dispose();
    }

    private static TimeSpan Now => TimeProvider.System.GetElapsedTime(0);

    private void Note(bool isRefusal)
    {
        lock (gate)
        {
            seen = new Signs(seen.Doubts + 1, seen.Refusals + (isRefusal ? 1 : 0));
            trust = isRefusal || Now >= trustedUntil ? Trust.None : trust == Trust.Full ? Trust.Limited : trust;
        }

        _ = signs.Set();
    }

    private void Watch()
    {
        while (!stopping.IsCancellationRequested)
        {
            var (due, isQuestion) = Next();
            if (due - Now is { Ticks: > 0 } wait)
            {
                // Waits are in whole milliseconds: rounded down, it would spin through the last one.
                _ = signs.WaitOne((int)Math.Ceiling(wait.TotalMilliseconds));
                continue;
            }

            if ((isQuestion ? Ask(stopping.Token) : Look(stopping.Token)) is { } refusal && !stopping.IsCancellationRequested)
            {
                trust = Trust.None;
                reason = refusal;
                lost.Cancel();
                return;
            }
        }
    }

    private (TimeSpan Due, bool IsQuestion) Next()
    {
        lock (gate)
        {
            var (look, ask) = (lookedAt + LookEvery, askedAt + AskEvery);
            return seen.Refusals != settled.Refusals ? (TimeSpan.Zero, true)
                : seen.Doubts != settled.Doubts ? (trustedUntil, local is null)
                : local is not null && look < ask ? (look, false)
                : (ask, true);
        }
    }

    // On loopback the listening sockets themselves can be looked at, which costs the server nothing. What is not as it was, the question explains.
    private string? Look(CancellationToken cancellation)
    {
        var (began, before) = Begin();
        if (local!.Token() != listeners)
        {
            trust = Trust.None;
            return Ask(cancellation);
        }

        Settle(began, before with { Refusals = settled.Refusals });
        return null;
    }

    // null: the same server consents, or the question was cancelled.
    private string? Ask(CancellationToken cancellation)
    {
        var target = client.Target;
        if (!client.StaysHere)
        {
            return $"packets to {target} would now leave this machine by a gateway, so no further connect was begun";
        }

        var (began, before) = Begin();
        var (answer, isGone) = client.AskAgain(Patience, cancellation);
        if (answer is null)
        {
            return cancellation.IsCancellationRequested ? null
                : isGone ? $"the server at {target} that consented has ended, so no further connect was begun"
                : $"the server at {target} consents no more: no answer within {Patience.TotalSeconds:0} s, so no further connect was begun";
        }

        // The answer may have come another way than connects take (DNAT), so on loopback both are compared.
        if (answer.IsShared || answer.Listeners != listeners || (local is not null && local.Token() != listeners))
        {
            return answer.IsShared
                ? $"another program listens at {target}, too, so no further connect was begun"
                : $"another server listens at {target} than the one that consented, so no further connect was begun";
        }

        askedAt = began;
        Settle(began, before);
        return null;
    }

    private (TimeSpan At, Signs Signs) Begin()
    {
        lock (gate)
        {
            return (Now, seen);
        }
    }

    private void Settle(TimeSpan began, Signs signsBefore)
    {
        lock (gate)
        {
            var now = Now;
            var trusted = (now - began) * TrustFactor;
            (lookedAt, settled, trustedUntil, credit) = (now, signsBefore, now + (trusted < TrustAtMost ? trusted : TrustAtMost), Credit);

            // Signs that came meanwhile are newer than the proof.
            trust = seen.Refusals != settled.Refusals ? Trust.None : seen.Doubts != settled.Doubts ? Trust.Limited : Trust.Full;
        }
    }

    private readonly record struct Signs(long Doubts, long Refusals);
}
