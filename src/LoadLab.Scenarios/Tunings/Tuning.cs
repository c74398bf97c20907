using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Scenarios;

/// <summary>A set of sysctls, limits and overrides of server and swarm under a name: what one compares.</summary>
public sealed class Tuning
{
    internal Tuning(string name, string about, IEnumerable<SettingValue> settings)
    {
        Name = name;
        About = about;
        Settings = [.. settings];
    }

    /// <summary>Its name: the file's, or <c>somaxconn=128</c>.</summary>
    public string Name { get; }

    /// <summary>What it is for; "" for one of the command line.</summary>
    public string About { get; }

    /// <summary>What it sets, as <c>NAME=VALUE</c>.</summary>
    public IEnumerable<string> Words => Settings.Select(setting => $"{setting.Name}={(setting.Value as Yaml.DeclaredScalar)?.Text}");

    internal ImmutableArray<SettingValue> Settings { get; }

    /// <summary>Each of its lines as a tuning of its own.</summary>
    internal IEnumerable<Tuning> Lines =>
        Settings.Zip(Words, (setting, words) => new Tuning(words.Replace("sysctl.", "", StringComparison.Ordinal), "", [setting]));

    /// <summary>This one and another together: one cell of a matrix.</summary>
    internal Tuning And(Tuning other) =>
        new($"{Name},{other.Name}", string.Join(' ', new[] { About, other.About }.Where(about => about.Length > 0)), [.. Settings, .. other.Settings]);
}
