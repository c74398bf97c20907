using System.Runtime.CompilerServices;

namespace LoadLab.Fuzz;

/// <summary>What has to hold of a parsed input did not.</summary>
internal sealed class InvariantException(string sentence) : Exception(sentence);

/// <summary>Checks of a result.</summary>
internal static class Invariant
{
    /// <summary>Throws when it does not hold.</summary>
    public static void Holds(bool isSo, [CallerArgumentExpression(nameof(isSo))] string? what = null)
    {
        if (!isSo)
        {
            throw new InvariantException($"does not hold: {what}");
        }
    }

    /// <summary>Throws when two values differ.</summary>
    public static void Same<T>(T one, T other, [CallerArgumentExpression(nameof(one))] string? what = null)
    {
        if (!EqualityComparer<T>.Default.Equals(one, other))
        {
            throw new InvariantException($"{what}: {one} and {other} are not the same");
        }
    }
}
