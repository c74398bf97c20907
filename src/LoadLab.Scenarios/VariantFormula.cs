using LoadLab.Model;

namespace LoadLab.Scenarios;

/// <summary>A variant's setting that only a plan can resolve: <c>=smallest-backlog - 1</c>.</summary>
internal static class VariantFormula
{
    /// <summary>True when the value begins with '='.</summary>
    public static bool IsFormula(SettingValue setting) => setting.Value is Yaml.DeclaredScalar { Text: ['=', ..] };

    /// <summary>Reads it: the name of a prediction that does not depend on a phase, with an optional offset.</summary>
    public static bool TryParse(SettingValue setting, out StatedValue formula, out string wrong)
    {
        var text = ((Yaml.DeclaredScalar)setting.Value).Text[1..].Trim();
        if (!StatedValueForm.TryParse(text, [], out var parsed, out wrong))
        {
            formula = new StatedValue("", null, default, IsTime: false);
            return false;
        }

        formula = parsed;
        wrong = parsed.Quantity is null ? "after '=' goes the name of a prediction, such as =smallest-backlog; a number needs no '='" : "";
        return parsed.Quantity is not null;
    }

    /// <summary>
    /// The setting with its number, the safe end of the prediction's range; an ordinary setting as it is; null and an error when the prediction
    /// cannot be made.
    /// </summary>
    /// <param name="setting">The variant's setting.</param>
    /// <param name="predicted">The safe end of a prediction's range; null when it cannot be made.</param>
    /// <param name="whyNot">Why a prediction cannot be made.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public static SettingValue? Resolve(SettingValue setting, Func<QuantityRef, decimal?> predicted, Func<QuantityRef, string> whyNot,
        ICollection<Model.ScenarioError> errors)
    {
        if (!IsFormula(setting) || !TryParse(setting, out var formula, out _))
        {
            return setting;
        }

        if (predicted(formula.Quantity!) is not { } high)
        {
            errors.Add(
                setting.Value.Place.Error($"{setting.Name} needs the prediction '{formula.Quantity}', which cannot be made: {whyNot(formula.Quantity!)}"));
            return null;
        }

        var value = high + formula.Literal.Low;
        return setting with { Value = new Yaml.DeclaredScalar(
            setting.Value.Place, value.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture)) };
    }
}
