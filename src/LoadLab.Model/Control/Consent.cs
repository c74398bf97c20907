using System.Globalization;

namespace LoadLab.Model;

/// <summary>A swarm asks the server at its target for consent: one JSON datagram to the UDP port of the same number as the TCP port that it wants to load.</summary>
/// <param name="Nonce">Made anew for each question; the answer proves that it belongs to it.</param>
/// <param name="Replica">Who asks: unique among the swarms of a server.</param>
/// <param name="IsReady">True when it waits for the common start.</param>
public sealed record ConsentAsk(string Nonce, string Replica, bool IsReady);

/// <summary>The server's answer.</summary>
/// <param name="Token"><see cref="ConsentToken.Of"/> the nonce and the port.</param>
/// <param name="Ready">How many swarms have said that they are ready.</param>
/// <param name="Awaited">For how many the server waits before it lets them start; 0: for none.</param>
/// <param name="StartsIn">The common start, counted from this answer; negative when it was before. null while the server waits.</param>
public sealed record ConsentAnswer(string Token, int Ready, int Awaited, Nanoseconds? StartsIn);

/// <summary>What only a LoadLab server that listens on the port in question answers. It keeps accidents away, not attackers: there is no secret in it, and so no cryptography.</summary>
public static class ConsentToken
{
    /// <summary>The longest datagram of either kind, in bytes.</summary>
    public const int LongestMessage = 512;

    /// <summary>The words of consent to what was asked, for this TCP port.</summary>
    public static string Of(string nonce, int port) => string.Create(CultureInfo.InvariantCulture, $"loadlab may load port {port}: {nonce}");
}
