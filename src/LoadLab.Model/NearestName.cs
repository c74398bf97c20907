namespace LoadLab.Model;

/// <summary>The known name that a mistyped one most probably means.</summary>
public static class NearestName
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

    /// <summary>The three nearest as a question, whether or not they are near.</summary>
    public static string Three(string name, IEnumerable<string> known) => Question(
    [
        .. known.OrderByDescending(candidate => Likeness(name, candidate)).ThenBy(candidate => candidate, StringComparer.Ordinal).Distinct().Take(3),
    ]);

    /// <summary><c>did you mean 'a', 'b' or 'c'?</c></summary>
    public static string Question(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] quoted = [.. names.Select(name => $"'{name}'")];
        return quoted.Length < 2 ? $"did you mean {string.Join("", quoted)}?" : $"did you mean {string.Join(", ", quoted[..^1])} or {quoted[^1]}?";
    }

    // Of a dotted name the last part alone may be what is asked for; the whole name is the better match.
    private static int Likeness(string name, string candidate) =>
        name.Contains('.', StringComparison.Ordinal) ? Score(name, candidate)
            : Math.Max(Score(name, candidate), Score(name, candidate[(candidate.LastIndexOf('.') + 1)..]) - 1);

    /// <summary>
    /// How alike two names are, 0…100, whatever their case: the part of their letters that is in both, in the same order (the longest common
    /// subsequence).
    /// </summary>
    public static int Score(string name, string candidate)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidate);
        var (left, right) = (name.ToLowerInvariant(), candidate.ToLowerInvariant());
        var common = new int[right.Length + 1];
        foreach (var letter in left)
        {
            var diagonal = 0;
            for (var i = 1; i <= right.Length; i++)
            {
                var above = common[i];
                common[i] = letter == right[i - 1] ? diagonal + 1 : Math.Max(above, common[i - 1]);
                diagonal = above;
            }
        }

        return left.Length + right.Length == 0 ? 100 : (int)Math.Round(200.0 * common[^1] / (left.Length + right.Length));
    }

    /// <summary><c>; did you mean 'x'?</c>, or the whole list when nothing is near.</summary>
    /// <param name="name">The mistyped one.</param>
    /// <param name="known">Those that there are.</param>
    /// <param name="before">What stands before the name where people write it, so that they can copy the answer: <c>server.</c></param>
    public static string Hint(string name, IReadOnlyCollection<string> known, string before = "")
    {
        ArgumentNullException.ThrowIfNull(known);
        var nearest = Of(name, known);
        return nearest.Count > 0 ? $"did you mean '{before}{nearest[0]}'?" : $"known here: {string.Join(", ", known)}";
    }
}
