using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>One reading of a scenario: where its errors gather.</summary>
internal sealed class Reading
{
    private readonly List<ScenarioError> errors = [];

    /// <summary>All that is wrong so far.</summary>
    public IReadOnlyList<ScenarioError> Errors => errors;

    /// <summary>Notes that something is wrong at a place.</summary>
    public void Error(Place place, string text) => errors.Add(place.Error(text));
}
