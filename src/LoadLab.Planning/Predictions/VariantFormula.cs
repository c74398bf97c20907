namespace LoadLab.Planning.Predictions;

/// <summary>A variant's setting that only a plan can resolve: <c>=smallest-backlog - 1</c>.</summary>
internal static class VariantFormula
{
    /// <summary>True when the value begins with '='.</summary>
    public static bool IsFormula(Setting setting) => setting.Value is Yaml.DeclaredScalar { Text: ['=', ..] };

    /// <summary>Reads it: the name of a prediction that does not depend on a phase, with an optional offset.</summary>
    public static bool TryParse(Setting setting, out PredictedFormula formula, out string wrong)
    {
        var text = ((Yaml.DeclaredScalar)setting.Value).Text[1..].Trim();
        if (!PredictedFormula.TryParse(text, [], out var parsed, out wrong))
        {
            formula = PredictedFormula.Nothing;
            return false;
        }

        formula = parsed;
        wrong = parsed.Name is null ? "after '=' goes the name of a prediction, such as =smallest-backlog; a number needs no '='" : "";
        return parsed.Name is not null;
    }
}
