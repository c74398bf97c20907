using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What one witness said at one moment.</summary>
/// <param name="Value">The value; null when it could not see, or when what it waits for never came.</param>
/// <param name="Blind">Why it could not see, as half a sentence; null when it could.</param>
/// <param name="IsNever">True when it could see and what it waits for never came: a predicted moment that did not come is a broken prediction, not an unseen
/// one.</param>
public readonly record struct Reading(decimal? Value, string? Blind = null, bool IsNever = false)
{
    /// <summary>What it waits for never came.</summary>
    public static Reading Never => new(null, null, IsNever: true);

    /// <summary>True when it could see.</summary>
    public bool CouldSee => Value is not null || IsNever;

    /// <summary>When something came, since the run's start; becomes a value by <see cref="Since"/>.</summary>
    internal Nanoseconds? Moment { get; private init; }

    /// <summary>When what it says was seen, where it is of one moment; null for a total.</summary>
    internal Nanoseconds? SeenAt { get; init; }

    /// <summary>A moment, or null for what never came.</summary>
    internal static Reading At(Nanoseconds? moment) => moment is null ? Never : new(null) { Moment = moment, SeenAt = moment };

    /// <summary>A moment as seconds since another, which is null when it did not come; any other reading as it is.</summary>
    internal Reading Since(Nanoseconds? zero) => Moment is not { } at ? this
        : zero is not { } from ? Unseen("the load never began")
        : new((at - from).Value / 1_000_000_000m) { SeenAt = SeenAt };

    /// <summary>The ratio or the difference of two; unseen where one of them is, or where the divisor is 0.</summary>
    internal Reading With(WitnessTerm term, Reading other) => (Value, other.Value) switch
    {
        ({ } left, { } right) when term.Sign == WitnessSign.Minus => new(left - right),
        ({ } left, { } right) when right != 0 => new(left / right),
        ({ }, { }) => Unseen($"{term.Second} is 0"),
        _ => Unseen(Value is null ? $"{term.First} not seen{Reason(this)}" : $"{term.Second} not seen{Reason(other)}"),
    };

    private static string Reason(Reading reading) => reading.Blind is { } why ? $": {why}" : "";

    /// <summary>It could not see.</summary>
    public static Reading Unseen(string why) => new(null, why);

    /// <summary>The value in words.</summary>
    public override string ToString() => Value is { } value ? $"{value:0.######}" : IsNever ? "never" : "not seen";
}
