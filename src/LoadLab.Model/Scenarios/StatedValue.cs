namespace LoadLab.Model;

/// <summary>A value as an author states it: a literal number or range, or a quantity with an offset, <c>connections - 5</c>.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="Quantity">The quantity whose prediction it is; null for a literal.</param>
/// <param name="Literal">The literal; the offset as both ends for a quantity.</param>
/// <param name="IsTime">True for a literal that has a unit of time; it is in seconds.</param>
public sealed record StatedValue(string Text, QuantityRef? Quantity, PredictedRange Literal, bool IsTime)
{
    /// <summary>True for <c>low..high</c>.</summary>
    public bool IsLiteralRange => Quantity is null && !Literal.IsExact;

    /// <summary>A range that is not written by anybody.</summary>
    public static StatedValue Of(PredictedRange range) => new(range.IsExact ? $"{range.Low}" : $"{range.Low}..{range.High}", null, range, IsTime: false);

    /// <summary>The value, where a quantity's prediction is known; never below 0.</summary>
    public PredictedRange With(PredictedRange predicted) => new(Math.Max(0, predicted.Low + Literal.Low), Math.Max(0, predicted.High + Literal.High));
}
