using LoadLab.Model;
using Microsoft.Extensions.Configuration;

namespace LoadLab.Server;

/// <summary>Where the settings of <c>loadlab serve</c> come from, and what they say.</summary>
internal static class ServeConfiguration
{
    /// <summary>The section that is bound.</summary>
    public const string Section = "Server";

    private const string LoggingSection = "Logging";

    /// <summary>appsettings.json, then that of the environment, then the environment's variables, then those with LOADLAB_, then the command line: the last one wins.</summary>
    /// <exception cref="InvalidDataException">A file is no JSON.</exception>
    /// <exception cref="FormatException">An argument has no form that the command line knows.</exception>
    public static void AddSources(IConfigurationBuilder builder, string environmentName, string[] arguments) => builder
        .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false)
        .AddJsonFile($"appsettings.{environmentName}.json", optional: true, reloadOnChange: false)
        .AddEnvironmentVariables()
        .AddEnvironmentVariables("LOADLAB_")
        .AddCommandLine(arguments);

    /// <summary>What is configured, and a sentence for each key or value that is refused.</summary>
    public static ServeSettings Read(IConfiguration configuration, ICollection<string> refusals)
    {
        var settings = new ServeSettings(new ServerSpec());
        var section = configuration.GetSection(Section);
        if (section.Value is { Length: > 0 } text)
        {
            refusals.Add($"{Section} is '{text}': it is a section, with the keys {KnownKeys}");
        }

        foreach (var entry in section.GetChildren())
        {
            var setting = ServeSetting.All.FirstOrDefault(known => known.Key.Equals(entry.Key, StringComparison.OrdinalIgnoreCase));
            if (setting is null)
            {
                refusals.Add($"{entry.Path} is no setting: the known ones are {KnownKeys}");
            }
            else if (entry.Value is null)
            {
                refusals.Add($"{entry.Path} has no single value: allowed is {setting.Allowed}");
            }
            else if (setting.Apply(settings, entry.Value) is { } next)
            {
                settings = next;
            }
            else
            {
                refusals.Add($"{entry.Path} is '{entry.Value}': allowed is {setting.Allowed}");
            }
        }

        return settings;
    }

    /// <summary>Adds a sentence for each argument that belongs to no section that is read: it would be ignored in silence.</summary>
    public static void RefuseStrayArguments(string[] arguments, ICollection<string> refusals)
    {
        foreach (var entry in new ConfigurationBuilder().AddCommandLine(arguments).Build().GetChildren())
        {
            if (!entry.Key.Equals(Section, StringComparison.OrdinalIgnoreCase) && !entry.Key.Equals(LoggingSection, StringComparison.OrdinalIgnoreCase))
            {
                refusals.Add($"the argument '{entry.Key}' is no setting of {Section}: or {LoggingSection}:; the known ones are {KnownKeys}, as in --{Section}:Backlog 4");
            }
        }
    }

    private static string KnownKeys => string.Join(", ", ServeSetting.All.Select(setting => setting.Key));
}
