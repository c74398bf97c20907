using LoadLab.Model;
using Microsoft.Extensions.Configuration;

namespace LoadLab.Server;

/// <summary>Where a verb that runs server or swarm on its own has its settings from: one section of configuration.</summary>
/// <param name="section">The section: <c>Server</c>, <c>Swarm</c>.</param>
/// <param name="keys">The keys that it has.</param>
public sealed class StandaloneConfiguration(string section, IReadOnlyCollection<string> keys)
{
    /// <summary>The section of log levels.</summary>
    public const string LoggingSection = "Logging";

    /// <summary>
    /// appsettings.json, then that of the environment, then the environment's variables, then those with LOADLAB_, then the command line: the last
    /// one wins.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is no JSON.</exception>
    /// <exception cref="FormatException">An argument has no form that the command line knows.</exception>
    public static void AddSources(IConfigurationBuilder builder, string environmentName, string[] arguments) => builder
        .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false)
        .AddJsonFile($"appsettings.{environmentName}.json", optional: true, reloadOnChange: false)
        .AddEnvironmentVariables()
        .AddEnvironmentVariables("LOADLAB_")
        .AddCommandLine(arguments);

    /// <summary>
    /// The keys that are set, as they are spelled in the table, each with the name under which it was found and its text (null: it is a section); a
    /// sentence for what is unknown.
    /// </summary>
    public IEnumerable<(string Key, string Path, string? Text)> Read(IConfiguration configuration, ICollection<string> refusals)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(refusals);
        return Entries(configuration.GetSection(section), keys, refusals);
    }

    /// <summary>The same of a section by itself.</summary>
    internal static IEnumerable<(string Key, string Path, string? Text)> Entries(
        IConfigurationSection found, IReadOnlyCollection<string> keys, ICollection<string> refusals)
    {
        if (found.Value is { Length: > 0 } text)
        {
            refusals.Add($"{found.Path} is '{text}': it is a section, with the keys {string.Join(", ", keys)}");
        }

        foreach (var entry in found.GetChildren())
        {
            if (keys.FirstOrDefault(key => key.Equals(entry.Key, StringComparison.OrdinalIgnoreCase)) is { } known)
            {
                yield return (known, entry.Path, entry.Value);
            }
            else
            {
                refusals.Add($"{entry.Path} is not a setting; {NearestName.Three(entry.Path, keys.Select(key => $"{found.Path}:{key}"))}");
            }
        }
    }

    /// <summary>Adds a sentence for each argument that belongs to no section that is read: it would be ignored silently.</summary>
    public void RefuseStrayArguments(string[] arguments, ICollection<string> refusals)
    {
        ArgumentNullException.ThrowIfNull(refusals);
        foreach (var entry in new ConfigurationBuilder().AddCommandLine(arguments).Build().GetChildren())
        {
            if (!entry.Key.Equals(section, StringComparison.OrdinalIgnoreCase) && !entry.Key.Equals(LoggingSection, StringComparison.OrdinalIgnoreCase))
            {
                refusals.Add($"the argument '{entry.Key}' is not a setting of {section}: or {LoggingSection}:; "
                    + NearestName.Three(entry.Key, keys.Select(key => $"--{section}:{key}")));
            }
        }
    }
}
