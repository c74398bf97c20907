namespace LoadLab.Judging;

/// <summary>Figures as parts of sentences.</summary>
internal static class TextFormat
{
    /// <summary>"1 client", "15 clients".</summary>
    public static string Count(decimal count, string one) => $"{count:0.######} {(count == 1 ? one : Plural(one))}";

    /// <summary>"is" for one, "are" for others.</summary>
    public static string Are(decimal count) => count == 1 ? "is" : "are";

    /// <summary>"3.02 s", "12 ms".</summary>
    public static string Seconds(double seconds) => seconds >= 1 ? $"{seconds:0.##} s" : seconds >= 0.001 ? $"{seconds * 1e3:0.#} ms" : $"{seconds * 1e6:0} us";

    /// <summary>"a, b and c".</summary>
    public static string And(IReadOnlyList<string> parts) => parts.Count < 2 ? string.Concat(parts) : $"{string.Join(", ", parts.SkipLast(1))} and {parts[^1]}";

    private static string Plural(string one) => one.EndsWith('y') ? $"{one[..^1]}ies" : $"{one}s";
}
