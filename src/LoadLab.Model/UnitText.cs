namespace LoadLab.Model;

/// <summary>Values as their unit writes them: a TCP state and an errno by name.</summary>
public static class UnitText
{
    /// <summary>A value without its unit: <c>TIME-WAIT</c>, <c>EADDRINUSE</c>, <c>1.02</c>.</summary>
    public static string Of(decimal value, string unit) => unit switch
    {
        "state" => TcpStateNames.NameOf(value) ?? $"{value}",
        "errno" => value == 0 ? "none" : new Errno((int)value).Name,
        _ => $"{value:0.######}",
    };

    /// <summary>A range with its unit; a state or an errno needs none.</summary>
    public static string Of(PredictedRange range, string unit) =>
        range.IsExact && unit is ("state" or "errno") ? Of(range.Low, unit) : unit.Length == 0 ? range.ToString() : $"{range} {unit}";
}
