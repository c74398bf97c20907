using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Scenarios;

/// <summary>What was read or planned, or everything that is wrong with it; never both.</summary>
/// <typeparam name="T">What there is when nothing is wrong.</typeparam>
public sealed class Checked<T>
    where T : class
{
    /// <summary>Nothing is wrong.</summary>
    public Checked(T value)
    {
        Value = value;
        Errors = [];
    }

    /// <summary>Something is wrong: each error once, by place.</summary>
    public Checked(IEnumerable<ScenarioError> errors) =>
        Errors = [.. errors.Distinct().OrderBy(error => error.Line == 0).ThenBy(error => error.Path, StringComparer.Ordinal).ThenBy(error => error.Line)];

    /// <summary>The value; null when there are errors.</summary>
    public T? Value { get; }

    /// <summary>All errors; empty when there is a value.</summary>
    public ImmutableArray<ScenarioError> Errors { get; }
}
