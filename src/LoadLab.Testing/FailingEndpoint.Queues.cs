using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Testing;

/// <content>Endpoints that fail before a connection is served: in the queue, at accept4(2), or at the SYN.</content>
public partial class FailingEndpoint
{
    private const int UsualBacklog = 128;
    private const int ShortBacklog = 1;
    private const int MostDropped = 1000;
    private const double HighestRate = 1_000_000;

    /// <summary>
    /// Its accept queue is full: every connect hangs, neither completed nor refused, and its SYN is retransmitted after 1, 2, 3 … seconds. With
    /// <see cref="StalledEndpoint.StartAcceptingAsync"/> the clients that still wait come in.
    /// </summary>
    /// <remarks>
    /// Kernel: net/ipv4/tcp_input.c tcp_conn_request drops the SYN when sk_acceptq_is_full, whatever net.ipv4.tcp_syncookies is. Disposal closes the
    /// listener; a connect that still hangs then gets ECONNREFUSED at its next SYN.
    /// </remarks>
    /// <param name="options">Family, backlog (the queue is filled with one more), answer after the start of accepting; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the making before it begins.</param>
    /// <exception cref="EndpointException">The kernel refused, or the queue did not stay full.</exception>
    public static Task<StalledEndpoint> FullAcceptQueueAsync(EndpointOptions? options = null, CancellationToken cancellationToken = default) =>
        MakeAsync(options, made => Listening(made, new Stalls(long.MaxValue), new AnswersRequests(made.Answer), core =>
        {
            QueueProofs.Fill(core);
            core.Begin(new Stalls(long.MaxValue));
            return new StalledEndpoint(core);
        }, ShortBacklog), cancellationToken);

    /// <summary>
    /// It does not accept: connects complete in the kernel and wait in the accept queue without an answer, until it starts, after a time or by
    /// <see cref="StalledEndpoint.StartAcceptingAsync"/>. Backlog + 1 connections have room; more hang.
    /// </summary>
    /// <param name="acceptAfter">How long after this method has returned it starts to accept; null: only when told to.</param>
    /// <param name="options">Family, backlog, answer; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the making before it begins.</param>
    /// <exception cref="EndpointException">The kernel refused.</exception>
    public static Task<StalledEndpoint> StalledAsync(
        TimeSpan? acceptAfter = null, EndpointOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (acceptAfter is { } time)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, nameof(acceptAfter));
        }

        return MakeAsync(options, made => Listening(made, new Stalls(long.MaxValue), new AnswersRequests(made.Answer), core =>
        {
            QueueProofs.Queues(core);
            core.Begin(new Stalls(acceptAfter is { } after ? RunClock.MonotonicNs + Nanoseconds.FromSeconds(after.TotalSeconds).Value : long.MaxValue));
            return new StalledEndpoint(core);
        }), cancellationToken);
    }

    /// <summary>It accepts so many connections a second and no more, and answers those. An idle time saves nothing up.</summary>
    /// <param name="perSecond">Connections a second, over 0 and at most a million; 0.5 is one every two seconds.</param>
    /// <param name="options">Family, backlog, answer; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the making before it begins.</param>
    /// <exception cref="EndpointException">The kernel refused.</exception>
    public static Task<FailingEndpoint> PacedAcceptAsync(double perSecond, EndpointOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (!(perSecond is > 0 and <= HighestRate))
        {
            throw new ArgumentOutOfRangeException(nameof(perSecond), perSecond, $"The rate is over 0 and at most {HighestRate:0} connections a second.");
        }

        return MakeAsync(options, made => Listening(made, new Stalls(long.MaxValue), new AnswersRequests(made.Answer), core =>
        {
            QueueProofs.Queues(core);
            core.Begin(new AcceptsPaced(new Rate(perSecond)));
            return new FailingEndpoint(core);
        }), cancellationToken);
    }

    /// <summary>
    /// Its accept4(2) fails with EMFILE: connects complete in the kernel and wait in the accept queue, as at a server that is at its descriptor limit.
    /// With <see cref="DescriptorLimitEndpoint.FreeDescriptorsAsync"/> it accepts and answers.
    /// </summary>
    /// <remarks>
    /// RLIMIT_NOFILE is a process's, so this endpoint is a process of its own: this assembly, started by the dotnet program that runs the tests. It lowers
    /// its own limit and opens descriptors up to it; the tests' process is not touched. It ends with the endpoint, or with the tests' process, however
    /// that one ends. Tests that are published as one file or as native code have no assembly that could be started. Kernel: fs/file.c alloc_fd.
    /// </remarks>
    /// <param name="options">Family, backlog, answer; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the making before it begins.</param>
    /// <exception cref="EndpointException">The process could not be started, or was not told EMFILE.</exception>
    public static Task<DescriptorLimitEndpoint> AtDescriptorLimitAsync(EndpointOptions? options = null, CancellationToken cancellationToken = default) =>
        MakeAsync(options, made =>
        {
            var child = LimitedChild.Start(FamilyOf(made), made.Backlog ?? UsualBacklog, made.Answer);
            try
            {
                child.ReachLimit(made.Answer.Length);
                return new DescriptorLimitEndpoint(child);
            }
            catch
            {
                child.Dispose();
                throw;
            }
        }, cancellationToken);

    /// <summary>
    /// It drops the first SYN of so many connects, as a lossy network does: those clients connect about a second later, when their kernel retransmits
    /// the SYN. Everybody else connects at once and is answered.
    /// </summary>
    /// <remarks>
    /// SYNs are dropped before TCP sees them, by a least TTL of the listener (IP_MINTTL), or since the accept queue is full. When the last one that is to be
    /// dropped has been, everybody comes in within half a millisecond; connects that begin in that time are dropped as well, and
    /// <see cref="EndpointState.ConnectsDropped"/> tells how many it were. Until then, connects that begin while the endpoint waits for a retransmission,
    /// 0.8 to 1 second after a drop, are let in.
    /// </remarks>
    /// <param name="connects">From 1 to 1,000.</param>
    /// <param name="options">Family, backlog, answer; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the making before it begins.</param>
    /// <exception cref="EndpointException">The kernel refused.</exception>
    public static Task<FailingEndpoint> DropsFirstConnectsAsync(int connects, EndpointOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(connects, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(connects, MostDropped);
        return MakeAsync(options, made =>
        {
            DropsFirstConnects? dropping = null;
            return Listening(made, new Stalls(long.MaxValue), new AnswersRequests(made.Answer), core =>
            {
                QueueProofs.DropsSyns(core);
                core.Listener.ForgetDrops();
                dropping = new DropsFirstConnects(core.Listener, connects, made.Backlog ?? UsualBacklog);
                core.Begin(dropping);
                return new FailingEndpoint(core);
            }, atEnd: () => dropping?.Dispose(), connectsDropped: () => dropping?.Dropped ?? 0);
        }, cancellationToken);
    }

    /// <summary>It refuses: every connect ends with ECONNREFUSED. Its port is bound and does not listen, so no other program can take it meanwhile.</summary>
    /// <param name="options">Family; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the making before it begins.</param>
    /// <exception cref="EndpointException">The kernel refused to bind, or did not refuse to connect.</exception>
    public static Task<FailingEndpoint> RefusesAsync(EndpointOptions? options = null, CancellationToken cancellationToken = default) =>
        MakeAsync(options, made =>
        {
            var socket = ListeningSocket.Open(FamilyOf(made), backlog: null);
            try
            {
                ConnectionProofs.Refuses(socket);
                return new FailingEndpoint(new BoundCore(socket));
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }, cancellationToken);
}
