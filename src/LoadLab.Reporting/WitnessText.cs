using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>How many of a finding's witnesses are independent, in words: two readings of one field of the kernel are one witness.</summary>
internal static class WitnessText
{
    /// <summary>The number, and who keeps the figures; "" where it is not known, as in folders of older versions.</summary>
    public static string Independent(IReadOnlyCollection<WitnessFamily> families) => families.Count switch
    {
        0 => "",
        1 => $"one witness: {Names(families)}",
        var count => $"{count} independent witnesses: {Names(families)}",
    };

    /// <summary>The same where there is one only, and "" otherwise: that there are two is the rule.</summary>
    public static string IfOne(IReadOnlyCollection<WitnessFamily> families) => families.Count == 1 ? Independent(families) : "";

    private static string Names(IEnumerable<WitnessFamily> families) => string.Join(", ", families.Select(family => EnumWords<WitnessFamily>.Of(family)));
}
