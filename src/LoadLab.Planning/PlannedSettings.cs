using System.Collections.Immutable;
using System.Globalization;
using LoadLab.Model;
using LoadLab.Planning.Predictions;
using LoadLab.Scenarios.Keys;

namespace LoadLab.Planning;

/// <summary>A variant's settings by name, what was asked beside what the kernel makes of it.</summary>
internal static class PlannedSettings
{
    /// <summary>Names as in the scenario file; sysctls by their dotted name; <c>backlog</c> and <c>live_backlog</c> side by side.</summary>
    public static ImmutableSortedDictionary<string, string> Of(Scenario scenario, LiveSysctls sysctls, int liveBacklog, int workers)
    {
        var settings = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var row in Settings.All)
        {
            if (row.Shown(scenario) is { } value)
            {
                settings[row.Name] = value;
            }
        }

        settings[SwarmSettings.Workers.Name] = Text(workers);
        settings["backlog"] = settings[ServerSettings.Backlog.Name];
        settings["live_backlog"] = Text(liveBacklog);
        settings["net.core.somaxconn"] = Text(sysctls.Somaxconn);
        foreach (var name in Planner.SysctlsOfInterest.Concat(scenario.Sysctls.Keys))
        {
            if (sysctls.Text(name) is { } value)
            {
                settings[name] = SysctlForm.Normal(value);
            }
        }

        return settings.ToImmutable();
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
