using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Planning.Predictions;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Planning.Checks;

/// <summary>One variant while it is checked against the host: where its errors and notes gather.</summary>
internal sealed class PlanCheck(string variant, Scenario scenario, DeclaredMapping tree, HostFacts host, bool isOverridden,
    ImmutableArray<string> contradicted)
{
    private readonly List<ScenarioError> errors = [];
    private readonly List<string> notes = [];

    /// <summary>The variant's name; "" for the only one.</summary>
    public string Variant => variant;

    /// <summary>The variant's scenario.</summary>
    public Scenario Scenario => scenario;

    /// <summary>The host.</summary>
    public HostFacts Host => host;

    /// <summary>The sysctls it will run with.</summary>
    public LiveSysctls Sysctls { get; } = new(scenario, host);

    /// <summary>True when the command line changed the scenario.</summary>
    public bool IsOverridden => isOverridden;

    /// <summary>Settings that the file states and the command line changed.</summary>
    public ImmutableArray<string> Contradicted => contradicted;

    /// <summary>Its loads, in order.</summary>
    public ImmutableArray<SwarmSpec> Loads { get; } = [.. scenario.Loads.Select(load => load.Swarm)];

    /// <summary>Why it cannot run.</summary>
    public IReadOnlyList<ScenarioError> Errors => errors;

    /// <summary>What a person should know before it runs.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Where a setting is declared, or the nearest thing around it.</summary>
    public Place PlaceOf(string setting) => Nearest(setting).Place;

    /// <summary>True when the file or the command line names the setting.</summary>
    public bool IsDeclared(string setting) => Nearest(setting).IsIt;

    /// <summary>Refuses the run.</summary>
    public void Error(string setting, string text) => errors.Add(PlaceOf(setting).Error(text));

    /// <summary>Refuses the run.</summary>
    public void Error(Place place, string text) => errors.Add(place.Error(text));

    /// <summary>Refuses the run, or only notes it when that is what the scenario is about.</summary>
    public void ErrorOrNote(bool isNote, string setting, string text)
    {
        if (isNote)
        {
            notes.Add(text);
        }
        else
        {
            Error(setting, text);
        }
    }

    /// <summary>Tells a person.</summary>
    public void Note(string text) => notes.Add(text);

    private (Place Place, bool IsIt) Nearest(string setting)
    {
        Declared at = tree;
        var place = tree.Place;
        var names = setting.Split('.');
        for (var i = 0; i < names.Length; i++)
        {
            var name = i == 1 && names[0] == "sysctl" ? string.Join('.', names[1..]) : names[i];
            if ((at as DeclaredMapping)?.Find(name) is not { } entry)
            {
                return (place, false);
            }

            (at, place) = (entry.Value, entry.Place);
            if (name.Contains('.', StringComparison.Ordinal))
            {
                break;
            }
        }

        return (place, true);
    }
}
