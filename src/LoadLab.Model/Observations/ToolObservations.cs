using System.Collections.Immutable;

namespace LoadLab.Model;

/// <summary>What another load-testing tool says of the same connects: its own count and its own clock, beside what the clients and the kernel say.</summary>
/// <param name="Tool">Whose figures, e.g. <c>NBomber</c>.</param>
/// <param name="Scenario">The tool's own name for the load.</param>
/// <param name="IsFinal">True: of the whole test; false: of the interval since its last such line.</param>
/// <param name="Ok">Iterations that succeeded.</param>
/// <param name="Failed">Iterations that failed.</param>
/// <param name="StatusCodes">Both by status code; an errno by its name.</param>
/// <param name="P50S">Latency of those that succeeded, in seconds: half are faster. The tool's rounding: NBomber's is 10 us.</param>
/// <param name="P95S">95 of 100 are faster.</param>
/// <param name="P99S">99 of 100 are faster.</param>
/// <param name="MaxS">The slowest.</param>
public sealed record ToolFigures(
    string Tool,
    string Scenario,
    bool IsFinal,
    long Ok,
    long Failed,
    ImmutableSortedDictionary<string, long> StatusCodes,
    double P50S,
    double P95S,
    double P99S,
    double MaxS) : Observation
{
    /// <inheritdoc/>
    public override void Visit(IObservationVisitor visitor) => visitor.ToolFigures(this);
}
