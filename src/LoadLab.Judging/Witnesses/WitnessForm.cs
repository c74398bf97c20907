namespace LoadLab.Judging;

/// <summary>One row of the witness table: a name, the sampler behind it, how it is read.</summary>
internal sealed record WitnessForm(string Pattern, string Source, Func<Sightings, string, Reading> Read)
{
    private readonly int star = Pattern.IndexOf('*', StringComparison.Ordinal);

    /// <summary>What stands for <c>*</c> in a name, "" when the pattern has none; null when the name does not fit.</summary>
    public string? Argument(string name)
    {
        if (star < 0)
        {
            return name == Pattern ? "" : null;
        }

        var suffix = Pattern.Length - star - 1;
        return name.Length >= Pattern.Length
            && name.AsSpan().StartsWith(Pattern.AsSpan(0, star))
            && name.AsSpan().EndsWith(Pattern.AsSpan(star + 1))
            ? name[star..^suffix]
            : null;
    }
}

/// <summary>A witness as an expectation asks it: <c>sock_diag.accept-queue.last@hold</c>.</summary>
/// <param name="Name">The witness.</param>
/// <param name="Phase">The phase at whose end it is asked; null: the run's end.</param>
internal readonly record struct WitnessName(string Name, string? Phase)
{
    public static WitnessName Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? new(text, null) : new(text[..at], text[(at + 1)..]);
    }
}
