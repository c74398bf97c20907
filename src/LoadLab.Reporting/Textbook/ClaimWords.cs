using System.Collections.Immutable;
using LoadLab.Model;
using Spectre.Console;

namespace LoadLab.Reporting;

/// <summary>Outcomes and witnesses of claims, in words and signs.</summary>
internal static class ClaimWords
{
    public static string Of(ClaimOutcome outcome) => outcome switch
    {
        ClaimOutcome.Held => "held",
        ClaimOutcome.Nuanced => "held, with a nuance",
        ClaimOutcome.Broken => "broken",
        ClaimOutcome.Inconclusive => "inconclusive",
        ClaimOutcome.Skipped => "skipped",
    };

    public static string Sign(IAnsiConsole console, ClaimOutcome outcome) => outcome switch
    {
        ClaimOutcome.Held => ReportParts.Sign(console, Outcome.Held),
        ClaimOutcome.Nuanced => console.Profile.Capabilities.Unicode ? "≈" : "~",
        ClaimOutcome.Broken => ReportParts.Sign(console, Outcome.Broken),
        ClaimOutcome.Inconclusive => ReportParts.Sign(console, Outcome.Inconclusive),
        ClaimOutcome.Skipped => "-",
    };

    public static string Colour(ClaimOutcome outcome) => outcome switch
    {
        ClaimOutcome.Held or ClaimOutcome.Nuanced => "green",
        ClaimOutcome.Broken => "red",
        ClaimOutcome.Inconclusive => "yellow",
        ClaimOutcome.Skipped => "default",
    };

    public static string Witnesses(ImmutableArray<ClaimWitness> witnesses) =>
        string.Join(", ", witnesses.Select(one => one.Agreed == one.Asked ? $"{one.Name} {one.Asked}" : $"{one.Name} {one.Agreed} of {one.Asked}"));

    public static string Tally(TextbookDocument document) =>
        string.Join(", ", document.Claims.CountBy(claim => claim.Outcome).OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {Of(pair.Key)}"));
}
