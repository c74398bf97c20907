using FuzzySharp;

namespace LoadLab.Planning.Keys;

/// <summary>The known name that a mistyped one most probably means.</summary>
internal static class NearestName
{
    private const int LikelyScore = 60;

    /// <summary>Up to <paramref name="most"/> near names, nearest first.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> known, int most = 1) =>
    [
        .. known.Select(candidate => (candidate, score: Score(name, candidate)))
            .Where(pair => pair.score >= LikelyScore)
            .OrderByDescending(pair => pair.score)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Take(most)
            .Select(pair => pair.candidate),
    ];

    /// <summary>How alike two names are, 0…100, whatever their case.</summary>
    public static int Score(string name, string candidate) => Fuzz.Ratio(name.ToLowerInvariant(), candidate.ToLowerInvariant());

    /// <summary><c>; did you mean 'x'?</c>, or the whole list when nothing is near.</summary>
    /// <param name="name">The mistyped one.</param>
    /// <param name="known">Those that there are.</param>
    /// <param name="before">What stands before the name where people write it, so that they can copy the answer: <c>server.</c></param>
    public static string Hint(string name, IReadOnlyCollection<string> known, string before = "")
    {
        var nearest = Of(name, known);
        return nearest.Count > 0 ? $"did you mean '{before}{nearest[0]}'?" : $"known here: {string.Join(", ", known)}";
    }
}
