using System.Globalization;

namespace LoadLab.Model;

/// <summary>
/// A swarm asks the server at its target for consent: one JSON datagram to the UDP port of the same number as the TCP port that it wants to load.
/// </summary>
/// <param name="Nonce">New for each question; the answer repeats it.</param>
/// <param name="Replica">The swarm that asks: unique among the swarms of a server.</param>
/// <param name="IsReady">True when it waits for the common start.</param>
/// <param name="Padding">
/// Makes the question longer than its answer, so that forged sender addresses gain nothing. A question that is shorter than its answer gets none.
/// </param>
public sealed record ConsentAsk(string Nonce, string Replica, bool IsReady, string Padding = "")
{
    private const int AnswerBytes = 240;

    private const int LongestNonce = 64;
    private const int LongestReplica = 128;

    /// <summary>Reads a datagram; null when it is no question.</summary>
    /// <remarks>The replica's name becomes part of logs, observations and reports: it stays one piece of one line.</remarks>
    public static ConsentAsk? Parse(ReadOnlySpan<byte> datagram) =>
        ForeignJson.Read(datagram, ModelJson.Default.ConsentAsk) is
            { Nonce: { Length: > 0 and <= LongestNonce }, Replica: { Length: > 0 and <= LongestReplica } } ask
            ? ask with { Replica = VisibleText.OfLine(ask.Replica) } : null;

    /// <summary>One that is long enough for its answer.</summary>
    public static ConsentAsk Padded(string nonce, string replica, bool isReady) => new(nonce, replica, isReady, new string(' ', AnswerBytes));
}

/// <summary>The server's answer.</summary>
/// <param name="Token"><see cref="ConsentToken.Of"/> the nonce and the port; <see cref="ConsentToken.Refusal"/> when it does not consent.</param>
/// <param name="Ready">How many swarms have said that they are ready.</param>
/// <param name="Awaited">For how many the server waits before it lets them start; 0: for none.</param>
/// <param name="StartsIn">The common start, counted from this answer; negative when it was before. null while the server waits.</param>
/// <param name="Listeners"><see cref="ConsentToken.OfListeners"/> the sockets that listen: another server than the one that consented has another.</param>
/// <param name="IsShared">True when another program may listen on the port, too: there is no consent, since the load would go there as well.</param>
public sealed record ConsentAnswer(string Token, int Ready, int Awaited, Nanoseconds? StartsIn, ulong Listeners = 0, bool IsShared = false)
{
    /// <summary>Reads a datagram; null when it is no answer to this question: a late answer to an earlier one is none to this one.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="nonce">The question's nonce.</param>
    /// <param name="port">The TCP port that was asked about.</param>
    public static ConsentAnswer? Parse(ReadOnlySpan<byte> datagram, string nonce, int port) =>
        ForeignJson.Read(datagram, ModelJson.Default.ConsentAnswer) is { } answer
        && answer.Token == (answer.IsShared ? ConsentToken.Refusal(nonce, port) : ConsentToken.Of(nonce, port)) ? answer : null;
}

/// <summary>
/// What only a LoadLab server that listens on the port in question answers. It prevents accidents, not attacks: there is no secret in it, and so no
/// cryptography.
/// </summary>
public static class ConsentToken
{
    /// <summary>The longest datagram of either kind, in bytes.</summary>
    public const int LongestMessage = 512;

    /// <summary>The words of consent to what was asked, for this TCP port.</summary>
    public static string Of(string nonce, int port) => string.Create(CultureInfo.InvariantCulture, $"loadlab may load port {port}: {nonce}");

    /// <summary>The words of a server that does not consent.</summary>
    public static string Refusal(string nonce, int port) => string.Create(CultureInfo.InvariantCulture, $"loadlab may not load port {port}: {nonce}");

    /// <summary>One number for a set of listening sockets, by their cookies (SO_COOKIE), in any order.</summary>
    public static ulong OfListeners(IEnumerable<ulong> cookies)
    {
        ArgumentNullException.ThrowIfNull(cookies);

        // FNV-1a, by whole numbers: it tells servers apart and keeps no secret.
        const ulong Basis = 14695981039346656037;
        const ulong Prime = 1099511628211;
        return cookies.Order().Aggregate(Basis, (hash, cookie) => (hash ^ cookie) * Prime);
    }
}
