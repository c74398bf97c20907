namespace LoadLab.Model;

/// <summary>One thing that the author expects, before any number is resolved.</summary>
public sealed record Expectation
{
    /// <summary>Its id in findings.</summary>
    public required string Id { get; init; }

    /// <summary>The sentence.</summary>
    public required string Claim { get; init; }

    /// <summary>A number, a range <c>low..high</c>, or the name of a prediction with an optional offset: <c>capacity</c>, <c>connections - 5</c>.</summary>
    public required string Predicted { get; init; }

    /// <summary>Names of what is asked (<c>sock_diag.accept-queue.peak</c>, <c>clients.established</c> …), with <c>@phase</c> for the value when that phase ended.</summary>
    public required IReadOnlyList<string> Witnesses { get; init; }

    /// <summary>A tolerance around the prediction, in its unit (<c>50ms</c>, <c>2</c>) or in percent (<c>10%</c>); null: none.</summary>
    public string? Within { get; init; }

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
