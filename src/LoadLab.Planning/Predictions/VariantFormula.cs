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

    /// <summary>The setting with its number, the safe end of the prediction's range; an ordinary setting as it is; null and an error when the prediction cannot be made.</summary>
    public static Setting? Resolve(Setting setting, PredictionList predictions, ICollection<Model.ScenarioError> errors)
    {
        if (!IsFormula(setting) || !TryParse(setting, out var formula, out _))
        {
            return setting;
        }

        if (predictions.Find(formula.Name!) is not { } prediction)
        {
            errors.Add(setting.Value.Place.Error($"{setting.Name} needs the prediction '{formula.Name}', which cannot be made: {predictions.WhyNoOthers}"));
            return null;
        }

        var value = prediction.Range.High + formula.Literal.Low;
        return setting with { Value = new Yaml.DeclaredScalar(setting.Value.Place, value.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture)) };
    }
}
