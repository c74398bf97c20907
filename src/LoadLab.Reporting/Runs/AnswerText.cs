using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>What happened, what it means and what to do, as far as it fits.</summary>
internal static class AnswerText
{
    private const string More = "(-v shows more.)";

    /// <summary>Lines of at most this width, and at most so many: cut after a sentence.</summary>
    public static List<string> Of(RunDocument run, int most, int width)
    {
        var whole = TextLines.Wrap(Plain(run), width);
        if (whole.Count <= most)
        {
            return whole;
        }

        List<string> kept = [];
        foreach (var sentence in Sentences(Plain(run)))
        {
            if (TextLines.Wrap(string.Join(' ', [.. kept, sentence, More]), width).Count > most)
            {
                break;
            }

            kept.Add(sentence);
        }

        return kept.Count > 0 ? TextLines.Wrap(string.Join(' ', [.. kept, More]), width) : [.. whole.Take(Math.Max(1, most - 1)), More];
    }

    // A variant each has a line of its own below: of several, the answer is the first that lost something.
    private static string Plain(RunDocument run)
    {
        var first = run.Variants.FirstOrDefault(variant => Lead(variant) is not null);
        return VisibleText.OfLine(run.Variants.Length > 1 && run.Verdict == Outcome.Held && first is not null
            ? $"'{first.Name}': {Lead(first)!.Sentences}"
            : run.Summary);
    }

    private static Diagnosed? Lead(VariantResult variant) => variant.Diagnoses.FirstOrDefault(one => one.Severity == Severity.Fault);

    private static IEnumerable<string> Sentences(string text)
    {
        var from = 0;
        for (var end = text.IndexOf(". ", StringComparison.Ordinal); end >= 0; end = text.IndexOf(". ", from, StringComparison.Ordinal))
        {
            yield return text[from..(end + 1)];
            from = end + 2;
        }

        yield return text[from..];
    }
}
