using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Reporting.Live;

/// <summary>What a figure's sparkline shows.</summary>
public enum LiveTrend
{
    /// <summary>The figure itself.</summary>
    Level,

    /// <summary>By how much it grew between one frame and the next.</summary>
    Rate,
}

/// <summary>One figure of a run that goes on.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">Now.</param>
/// <param name="Limit">What it is held against; null for none.</param>
/// <param name="Trend">What its sparkline shows.</param>
/// <param name="IsFailure">True for failures by errno.</param>
public sealed record LiveRow(string Name, long Value, long? Limit, LiveTrend Trend, bool IsFailure = false);

/// <summary>How a run stands at one moment.</summary>
public sealed record LiveFrame
{
    private static readonly string[] Queues = ["accept queue", "SYN queue", "SYNs dropped"];

    /// <summary>Since the run's start.</summary>
    public required Nanoseconds Now { get; init; }

    /// <summary>Until the phases are over, as planned; a load that takes longer makes it late.</summary>
    public required Nanoseconds Left { get; init; }

    /// <summary>The variant; "" for the only one.</summary>
    public required string Variant { get; init; }

    /// <summary>The phase; null before the first.</summary>
    public required string? Phase { get; init; }

    /// <summary>Since the phase began.</summary>
    public required Nanoseconds InPhase { get; init; }

    /// <summary>Its figures, in the order in which they are shown; one that nobody has told yet is not among them.</summary>
    public required ImmutableArray<LiveRow> Rows { get; init; }

    /// <summary>The figure of a name; null when it was not told.</summary>
    public LiveRow? this[string name] => Rows.FirstOrDefault(row => row.Name == name);

    /// <summary>The frame in one line, for where nothing can be drawn.</summary>
    public string Line()
    {
        var where = Variant.Length > 0 ? $"{Variant} / " : "";
        string Of(string name) => this[name] is { } row ? $"{row.Value}{(row.Limit is { } limit && name == "accept queue" ? $" of {limit}" : "")}" : "0";
        var failures = string.Concat(Rows.Where(row => row.IsFailure).Select(row => $"; {row.Name} {row.Value}"));
        string[] queues = [.. Queues.Where(name => this[name] is not null).Select(name => $"{name} {Of(name)}")];
        return $"{Now.Seconds,5:0.0} s, {Left.Seconds:0.0} s left  {where}{Phase ?? "starting"}: {Of("established")} established, {Of("waiting")} waiting, "
            + $"{Of("failed")} failed{(queues.Length > 0 ? $"; {string.Join(", ", queues)}" : "")}{failures}";
    }
}
