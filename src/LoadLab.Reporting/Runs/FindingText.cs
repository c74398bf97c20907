using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A finding's values as a console shows them.</summary>
internal static class FindingText
{
    public static string Predicted(Finding finding) =>
        finding.Predicted.IsExact ? UnitText.Of(finding.Predicted.Low, finding.Unit) : $"{finding.Predicted}";

    /// <summary>Without its unit.</summary>
    public static string Observed(Finding finding) => finding.Observed is { } value ? UnitText.Of(value, finding.Unit) : "not seen";

    /// <summary>With its unit; a state and an errno have none.</summary>
    public static string ObservedWithUnit(Finding finding) =>
        finding.Observed is null || finding.Unit is "" or "state" or "errno" ? Observed(finding) : $"{Observed(finding)} {finding.Unit}";

    /// <summary>Every witness with its value, and a remark where all of them read one figure of the kernel.</summary>
    public static string Witnesses(Finding finding)
    {
        var values = finding.Witnesses.Select(witness => $"{witness.Name} {(witness.Value is { } value ? UnitText.Of(value, finding.Unit) : "not seen")}");
        return string.Join(", ", values) + (WitnessText.IfOne(finding.Families) is { Length: > 0 } one ? $" ({one})" : "");
    }

    /// <summary>The rule behind the prediction, why it is a range, and where the kernel has it.</summary>
    public static string Rule(Finding finding) =>
        $"{finding.Rule}{(finding.Because is null ? "" : $"; a range because {finding.Because}")} ({finding.KernelSource})";
}
