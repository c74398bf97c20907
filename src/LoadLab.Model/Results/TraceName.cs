namespace LoadLab.Model;

/// <summary>What a variant's packet trace is called in the results folder.</summary>
public static class TraceName
{
    /// <summary>
    /// <c>trace.pcapng</c>; with several variants each has its own, <c>trace-NAME.pcapng</c>, since each ran in a network namespace, and at a time,
    /// of its own.
    /// </summary>
    public static string Of(string variant)
    {
        ArgumentNullException.ThrowIfNull(variant);
        return variant.Length == 0 ? "trace.pcapng" : $"trace-{string.Concat(variant.Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : '-'))}.pcapng";
    }
}
