namespace LoadLab.Model;

/// <summary>A word of a command line, as one types it into a shell.</summary>
public static class ShellWord
{
    /// <summary>The word, in quotes where a shell would read it otherwise.</summary>
    public static string Quoted(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+".Contains(c, StringComparison.Ordinal))
            ? word
            : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }
}
