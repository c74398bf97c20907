using System.Collections.Immutable;
using System.Globalization;
using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>What a swarm on its own has done.</summary>
public sealed record SwarmSummary
{
    /// <summary>Connects issued.</summary>
    public required long Attempted { get; init; }

    /// <summary>Connects that finished the handshake.</summary>
    public required long Established { get; init; }

    /// <summary>Connections that the swarm closed, reset or half-closed.</summary>
    public required long Ended { get; init; }

    /// <summary>Connects that failed or were given up.</summary>
    public required long Failed { get; init; }

    /// <summary>Connects not answered at the end.</summary>
    public long Pending => Attempted - Established - Failed;

    /// <summary>Established connections still open at the end.</summary>
    public required long Open { get; init; }

    /// <summary>SYNs retransmitted.</summary>
    public required long SynRetransmits { get; init; }

    /// <summary>Failed connects by system call and errno.</summary>
    public required ImmutableArray<FailureCount> Failures { get; init; }

    /// <summary>Failed sends and receives of an exchange, by system call and errno.</summary>
    public required ImmutableArray<FailureCount> ExchangeFailures { get; init; }

    /// <summary>From intended start to established.</summary>
    public required LatencyHistogram Latency { get; init; }

    /// <summary>From intended to actual start.</summary>
    public required LatencyHistogram Lateness { get; init; }

    /// <summary>From the first intended start to the end.</summary>
    public required Nanoseconds Lasted { get; init; }

    /// <summary>For people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        attempted    {Attempted}
        established  {Established} ({Ended} ended, {Open} open)
        failed       {Failed}{string.Concat(Failures.Concat(ExchangeFailures).Select(Line))}
        pending      {Pending} ({SynRetransmits} SYNs retransmitted in all)
        latency      {Percentiles(Latency)}
        lateness     {Percentiles(Lateness)}
        lasted       {Lasted}
        """);

    private static string Line(FailureCount failure) =>
        $"{Environment.NewLine}  {failure.Count} x {failure.Syscall}: {failure.Errno}; first after {failure.First}, last after {failure.Last}";

    private static string Percentiles(LatencyHistogram histogram) => histogram.Count == 0
        ? "-"
        : $"p50 {histogram.Quantile(0.5)}, p90 {histogram.Quantile(0.9)}, p99 {histogram.Quantile(0.99)}, max {histogram.Max}";
}
