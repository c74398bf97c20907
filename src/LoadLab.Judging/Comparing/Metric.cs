using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>Which way a metric is better.</summary>
internal enum Better
{
    /// <summary>Less of it.</summary>
    Less,

    /// <summary>More of it.</summary>
    More,

    /// <summary>Neither: it says what is, not how well.</summary>
    Neither,
}

/// <summary>One figure of a run that is compared.</summary>
internal sealed record Metric(string Name, string Unit, Better Better, Func<VariantResult, double?> Read)
{
    /// <summary>True for what settings decide and no run can vary.</summary>
    public bool IsSettled { get; init; }

    private const string Connections = "connections";

    /// <summary>Those with a name of their own; errors and counters come in addition, by what a run has.</summary>
    private static readonly ImmutableArray<Metric> Fixed =
    [
        new("connections.established", Connections, Better.More, result => result.Connections.Established),
        new("connections.failed", Connections, Better.Less, result => result.Connections.Failed),
        new("connections.pending", Connections, Better.Less, result => result.Connections.Pending),
        new("connect.p50", "s", Better.Less, result => result.Connections.Latency?.P50S),
        new("connect.p90", "s", Better.Less, result => result.Connections.Latency?.P90S),
        new("connect.p99", "s", Better.Less, result => result.Connections.Latency?.P99S),
        new("connect.max", "s", Better.Less, result => result.Connections.Latency?.MaxS),
        new("accept-queue.capacity", Connections, Better.Neither, result => result.Queues.Accept.Limit + 1) { IsSettled = true },
        new("accept-queue.peak", Connections, Better.Neither, result => result.Queues.Accept.Peak),
        new("syn-queue.peak", Connections, Better.Neither, result => result.Queues.Syn.Peak),
        new("time-wait.peak", Connections, Better.Neither, result => result.States.TryGetValue("TIME-WAIT", out var state) ? state.Peak : null),
    ];

    /// <summary>Names of those with a name of their own, and of counters.</summary>
    public static IEnumerable<string> Names => Fixed.Select(metric => metric.Name).Concat(Counter.Reported.Select(counter => counter.Name));

    /// <summary>One of them by its name; null when there is none.</summary>
    public static Metric? Named(string name) =>
        Fixed.FirstOrDefault(metric => metric.Name == name) ?? (
            Counter.Reported.FirstOrDefault(counter => counter.Name == name) is { Name: not null } counter ? OfCounter(counter) : null);

    /// <summary>Failures of a system call with an errno: none where no run has seen one.</summary>
    public static Metric OfError(string call, string errno) => OfError($"errors.{call}.{errno}");

    /// <summary>The metrics of these runs: a failure or a counter is one when any of them has seen it.</summary>
    public static IEnumerable<Metric> Of(IReadOnlyCollection<VariantResult> runs)
    {
        foreach (var metric in Fixed)
        {
            yield return metric;
        }

        foreach (var name in runs.SelectMany(run => run.Errors).Select(NameOf).Distinct().Order(StringComparer.Ordinal))
        {
            yield return OfError(name);
        }

        foreach (var counter in Counter.Reported.Where(counter => runs.Any(run => run.Counters.GetValueOrDefault(counter.Name) > 0)))
        {
            yield return OfCounter(counter);
        }
    }

    private static Metric OfError(string name) =>
        new(name, "failures", Better.Less, result => result.Errors.Where(error => NameOf(error) == name).Sum(error => error.Count));

    private static Metric OfCounter(Counter counter) =>
        new(counter.Name, "packets", counter.IsUnwanted ? Better.Less : Better.Neither, result => result.Counters.TryGetValue(counter.Name, out var delta)
            ? delta : null);

    private static string NameOf(ErrorFigures error) => $"errors.{error.Syscall.Replace(' ', '-')}.{error.Errno.Name}";
}
