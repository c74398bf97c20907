namespace LoadLab.Testing;

/// <content>Endpoints that accept, and fail the connection.</content>
public partial class FailingEndpoint
{
    // Room for two small segments: a client's send buffer fills after a few, whatever it sends.
    private const int SmallReceiveBuffer = 4096;
    private const long MostBytes = 1L << 30;
    private const int MostAnswers = 10_000;

    /// <summary>It accepts and resets at once: the client's next call, or already its connect, ends with ECONNRESET.</summary>
    /// <param name="options">Family, backlog; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the making before it begins.</param>
    /// <exception cref="EndpointException">The kernel refused, or the client was not told.</exception>
    public static Task<FailingEndpoint> ResetOnAcceptAsync(EndpointOptions? options = null, CancellationToken cancellationToken = default) =>
        AcceptingAsync(options, _ => new ResetsAtOnce(), ConnectionProofs.ResetsOnAccept, cancellationToken);

    /// <summary>It reads so many bytes of each connection, answers nothing, and then resets it.</summary>
    /// <param name="bytes">From 1 to 1,073,741,824. The proof sends as many once.</param>
    /// <param name="options">Family, backlog; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the making before it begins.</param>
    /// <exception cref="EndpointException">The kernel refused, or the client was not told.</exception>
    public static Task<FailingEndpoint> ResetAfterBytesAsync(long bytes, EndpointOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, MostBytes);
        return AcceptingAsync(options, _ => new ResetsAfterBytes(bytes), core => ConnectionProofs.ResetsAfterBytes(core, bytes), cancellationToken);
    }

    /// <summary>
    /// It answers so many HTTP/1.1 requests on each connection and resets it at the next byte: what a client's pool meets in a server that was restarted.
    /// </summary>
    /// <param name="answers">From 1 to 10,000.</param>
    /// <param name="options">Family, backlog, answer; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the making before it begins.</param>
    /// <exception cref="ArgumentException">The answer of the options is empty.</exception>
    /// <exception cref="EndpointException">The kernel refused, or the client was not told.</exception>
    public static Task<FailingEndpoint> ResetAfterAnswersAsync(int answers, EndpointOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(answers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(answers, MostAnswers);
        if (options is { Answer.IsEmpty: true })
        {
            throw new ArgumentException(
                $"{nameof(EndpointOptions)}.{nameof(EndpointOptions.Answer)} is empty, and this endpoint answers: leave the default, or give it bytes.",
                nameof(options));
        }

        return AcceptingAsync(
            options, made => new AnswersRequests(made.Answer, answers),
            core => ConnectionProofs.ResetsAfterAnswers(core, answers, (options ?? new EndpointOptions()).Answer.Length), cancellationToken);
    }

    /// <summary>It closes each connection when the first bytes have come, without reading them: the kernel answers with RST in place of FIN.</summary>
    /// <remarks>Kernel: net/ipv4/tcp.c __tcp_close (TCPAbortOnClose).</remarks>
    /// <param name="options">Family, backlog; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the making before it begins.</param>
    /// <exception cref="EndpointException">The kernel refused, or the client was not told.</exception>
    public static Task<FailingEndpoint> ClosesWithoutReadingAsync(EndpointOptions? options = null, CancellationToken cancellationToken = default) =>
        AcceptingAsync(options, _ => new ClosesUnread(), ConnectionProofs.ClosesUnread, cancellationToken);

    /// <summary>It accepts and never reads: its window shrinks to zero, the client's send buffer fills, and the client's next send waits.</summary>
    /// <remarks>Small requests still fit into the buffers of both kernels: for a client that sends little it is as <see cref="NeverAnswersAsync"/>.</remarks>
    /// <param name="options">Family, backlog; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the making before it begins.</param>
    /// <exception cref="EndpointException">The kernel refused, or the client's buffer did not fill.</exception>
    public static Task<FailingEndpoint> NeverReadsAsync(EndpointOptions? options = null, CancellationToken cancellationToken = default) =>
        AcceptingAsync(options, _ => new ReadsNothing(), ConnectionProofs.ReadsNothing, cancellationToken, SmallReceiveBuffer);

    /// <summary>It accepts, reads everything, and never answers.</summary>
    /// <param name="options">Family, backlog; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the making before it begins.</param>
    /// <exception cref="EndpointException">The kernel refused.</exception>
    public static Task<FailingEndpoint> NeverAnswersAsync(EndpointOptions? options = null, CancellationToken cancellationToken = default) =>
        AcceptingAsync(options, _ => new AnswersNothing(), ConnectionProofs.AnswersNothing, cancellationToken);

    /// <summary>It accepts and closes its own direction at once: the client reads the end of the stream, and what it sends is still taken.</summary>
    /// <param name="options">Family, backlog; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the making before it begins.</param>
    /// <exception cref="EndpointException">The kernel refused.</exception>
    public static Task<FailingEndpoint> HalfClosesAsync(EndpointOptions? options = null, CancellationToken cancellationToken = default) =>
        AcceptingAsync(options, _ => new HalfCloses(), ConnectionProofs.HalfCloses, cancellationToken);

    private static Task<FailingEndpoint> AcceptingAsync(
        EndpointOptions? options, Func<EndpointOptions, IConnectionRule> rule, Action<ListeningCore> prove, CancellationToken cancellationToken,
        int? receiveBuffer = null) =>
        MakeAsync(options, made => Listening(made, new AcceptsAtOnce(), rule(made), core =>
        {
            prove(core);
            core.EndProof();
            core.Begin(new AcceptsAtOnce());
            return new FailingEndpoint(core);
        }, receiveBuffer: receiveBuffer), cancellationToken);
}
