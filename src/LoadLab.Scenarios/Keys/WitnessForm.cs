using LoadLab.Model;

namespace LoadLab.Scenarios.Keys;

/// <summary>Reads the name of a witness, or of two and what is made of them.</summary>
internal static class WitnessForm
{
    // So alike a known counter a name is a mistake; less alike it may be a newer kernel's counter.
    private const int AlmostTheSame = 88;

    /// <summary>The witness; null, and why not, as a sentence.</summary>
    public static WitnessTerm? Read(string text, IReadOnlyCollection<string> phases, out string? wrong)
    {
        var (first, _, second) = WitnessTerm.Split(text);
        wrong = Problem(first, phases) ?? (second is null ? null : Problem(second, phases));
        return wrong is null ? WitnessTerm.TryParse(text) : null;
    }

    private static string? Problem(string text, IReadOnlyCollection<string> phases)
    {
        if (WitnessRef.TryParse(text) is not { } one)
        {
            var name = text.Split('@')[0];
            return $"there is no witness '{name}'; {NearestName.Three(name, Witnesses.Names)}";
        }

        if (one.Argument is Counter { IsKnown: false } counter && NearestName.Of(counter.Name, Names) is [var near]
            && NearestName.Score(near, counter.Name) >= AlmostTheSame)
        {
            return $"no kernel counter is called '{counter}'; did you mean '{near}'?";
        }

        return one.Phase is not { } phase || phases.Contains(phase) ? null : $"'{text}': no phase is called '{phase}'; {NearestName.Hint(phase, phases)}";
    }

    private static IEnumerable<string> Names => Counter.Known.Select(known => known.Name);
}
