using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace LoadLab.Telemetry;

/// <summary>A figure of a watch with what tells it from others of its instrument.</summary>
/// <param name="Value">The value.</param>
/// <param name="Attributes">Its attributes.</param>
internal readonly record struct WatchedFigure(long Value, Tag[] Attributes);

/// <summary>The figures of one look of a watch, by instrument.</summary>
internal sealed record WatchedFigures
{
    /// <summary>Accept queues, by listener.</summary>
    public IReadOnlyList<WatchedFigure> AcceptQueues { get; init; } = [];

    /// <summary>Their live backlogs.</summary>
    public IReadOnlyList<WatchedFigure> AcceptQueueLimits { get; init; } = [];

    /// <summary>Half-open requests, by listener.</summary>
    public IReadOnlyList<WatchedFigure> SynQueues { get; init; } = [];

    /// <summary>Packets dropped since listen(), by listener.</summary>
    public IReadOnlyList<WatchedFigure> Drops { get; init; } = [];

    /// <summary>Ports held, by destination.</summary>
    public IReadOnlyList<WatchedFigure> Ports { get; init; } = [];

    /// <summary>Ports that there are for one destination.</summary>
    public IReadOnlyList<WatchedFigure> PortLimits { get; init; } = [];

    /// <summary>Sockets, by state.</summary>
    public IReadOnlyList<WatchedFigure> Connections { get; init; } = [];

    /// <summary>Descriptors open, by process.</summary>
    public IReadOnlyList<WatchedFigure> Descriptors { get; init; } = [];

    /// <summary>Their limits.</summary>
    public IReadOnlyList<WatchedFigure> DescriptorLimits { get; init; } = [];

    /// <summary>Counters, by name.</summary>
    public IReadOnlyList<WatchedFigure> Counters { get; init; } = [];
}
