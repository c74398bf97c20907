using System.Collections.Immutable;
using System.Globalization;

namespace LoadLab.Model;

/// <summary>One transmission of a schedule: of which kind of segment, and which.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Step">0 for the first transmission, 1 for the first retransmission.</param>
public readonly record struct RetransmitStep(RetransmitKind Kind, int Step)
{
    private const int Most = 255;

    /// <inheritdoc/>
    public override string ToString() => $"{EnumWords<RetransmitKind>.Of(Kind)}.{Step.ToString(CultureInfo.InvariantCulture)}";

    internal static object? TryParse(string text, int least, bool upperCase) =>
        text.Split('.') is [var word, var number]
        && !word.Any(upperCase ? char.IsAsciiLetterLower : char.IsAsciiLetterUpper)
        && EnumWords<RetransmitKind>.TryParse(word.ToLowerInvariant(), out var kind)
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step >= least && step <= Most
            ? new RetransmitStep(kind, step)
            : null;
}

/// <summary>Some kinds of retransmissions together: all of them, or those named.</summary>
/// <param name="Kinds">In the order of their declaration, each once.</param>
public sealed record RetransmitKinds(ImmutableArray<RetransmitKind> Kinds)
{
    private const string AllWord = "all";

    /// <summary>Each kind that there is.</summary>
    public static RetransmitKinds All { get; } = new([.. Enum.GetValues<RetransmitKind>()]);

    /// <summary>A kind as packets spell it: SYN-ACK.</summary>
    public static string NameOf(RetransmitKind kind) => EnumWords<RetransmitKind>.Of(kind).ToUpperInvariant();

    /// <summary>Those named.</summary>
    public static RetransmitKinds Of(params ReadOnlySpan<RetransmitKind> kinds) => new([.. kinds.ToArray().Distinct().Order()]);

    /// <inheritdoc/>
    public bool Equals(RetransmitKinds? other) => other is not null && Kinds.SequenceEqual(other.Kinds);

    /// <inheritdoc/>
    public override int GetHashCode() => Kinds.Aggregate(0, (sum, kind) => sum | (1 << (int)kind));

    /// <inheritdoc/>
    public override string ToString() => Equals(All) ? AllWord : string.Join('+', Kinds.Select(NameOf));

    internal static object? TryParse(string text)
    {
        if (text == AllWord)
        {
            return All;
        }

        var kinds = new List<RetransmitKind>();
        foreach (var word in text.Split('+'))
        {
            if (word.Any(char.IsAsciiLetterLower) || !EnumWords<RetransmitKind>.TryParse(word.ToLowerInvariant(), out var kind))
            {
                return null;
            }

            kinds.Add(kind);
        }

        return Of([.. kinds]);
    }
}
