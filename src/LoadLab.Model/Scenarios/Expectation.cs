namespace LoadLab.Model;

/// <summary>One thing that the author expects, before any number is resolved.</summary>
public sealed record Expectation
{
    /// <summary>Its id in findings.</summary>
    public required string Id { get; init; }

    /// <summary>The sentence.</summary>
    public required string Claim { get; init; }

    /// <summary>What it is about; null where the witnesses alone say it.</summary>
    public QuantityRef? Quantity { get; init; }

    /// <summary>The value that the author states; null: what is predicted of <see cref="Quantity"/>.</summary>
    public StatedValue? Expected { get; init; }

    /// <summary>Who is asked, where the author narrows it; empty: the witnesses of <see cref="Quantity"/>.</summary>
    public IReadOnlyList<WitnessTerm> Witnesses { get; init; } = [];

    /// <summary>The phase at whose end; null: the run's end, or what the witnesses themselves say.</summary>
    public string? At { get; init; }

    /// <summary>A tolerance around the prediction; null: none.</summary>
    public Tolerance? Within { get; init; }

    /// <summary>Why the tolerance or range is what it is.</summary>
    public string? Because { get; init; }

    /// <summary>File and function of the kernel behind it; null: found by its witness.</summary>
    public string? KernelSource { get; init; }

    /// <summary>True: a lab that was late may rightly see another value.</summary>
    public bool DependsOnTime { get; init; }

    /// <summary>Line in the scenario file, from 1.</summary>
    public int Line { get; init; }

    /// <summary>The variant it is for; null: each.</summary>
    public string? Variant { get; init; }

    /// <summary>Of which server it is expected; null: of any.</summary>
    public ExpectedOf? Of { get; init; }
}

/// <summary>Whose server an expectation is about.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(EnumWordsJsonConverter<ExpectedOf>))]
public enum ExpectedOf
{
    /// <summary>LoadLab's own: it depends on what else a server opens, answers or does.</summary>
    OwnServer,

    /// <summary>Somebody else's: what can be said of any.</summary>
    Subject,
}
