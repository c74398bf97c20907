namespace LoadLab.Model;

/// <summary>A figure made of what two witnesses say: their ratio, <c>clients.own-time.p50@beyond / clients.own-time.p50@half</c>, or their difference, <c>packets.client.FIN - sockstat.time-wait</c>.</summary>
public sealed record WitnessPair(string Left, bool IsRatio, string Right)
{
    private const string Over = " / ";
    private const string Less = " - ";

    /// <summary>The two and what is made of them; null for a witness of its own.</summary>
    public static WitnessPair? Of(string witness)
    {
        ArgumentNullException.ThrowIfNull(witness);
        foreach (var sign in (string[])[Over, Less])
        {
            if (witness.IndexOf(sign, StringComparison.Ordinal) is > 0 and var at)
            {
                return new WitnessPair(witness[..at].Trim(), sign == Over, witness[(at + sign.Length)..].Trim());
            }
        }

        return null;
    }

    /// <summary>Who is asked: the two of a pair, or the one.</summary>
    public static IEnumerable<string> Asked(string witness) => Of(witness) is { } pair ? [pair.Left, pair.Right] : [witness];
}
