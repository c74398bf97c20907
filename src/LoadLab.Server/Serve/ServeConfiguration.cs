using System.Globalization;
using LoadLab.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace LoadLab.Server;

/// <summary>Where the settings of <c>loadlab serve</c> come from, and what they say.</summary>
internal static class ServeConfiguration
{
    private static readonly string[] Formatters = [ConsoleFormatterNames.Simple, ConsoleFormatterNames.Json, ConsoleFormatterNames.Systemd];

    /// <summary>The section that is bound.</summary>
    public static StandaloneConfiguration Server { get; } = new("Server", [.. ServeSetting.All.Select(setting => setting.Option.Key)]);

    /// <summary>What is configured, and a sentence for each key or value that is refused.</summary>
    public static ServeSettings Read(IConfiguration configuration, ICollection<string> refusals)
    {
        var settings = new ServeSettings(new ServerSpec());
        foreach (var (key, path, text) in Server.Read(configuration, refusals))
        {
            var setting = ServeSetting.All.First(known => known.Option.Key == key);
            if (text is null)
            {
                refusals.Add($"{path} has no single value: allowed is {setting.Allowed}");
            }
            else if (setting.Apply(settings, text) is { } next)
            {
                settings = next;
            }
            else
            {
                refusals.Add($"{path} is '{text}': allowed is {setting.Allowed}");
            }
        }

        return settings;
    }

    /// <summary>
    /// Adds a sentence for each log level that is none, of all loggers or of one provider (Logging:Console:LogLevel), for a console formatter
    /// that there is not, and for a time stamp's format that is none: the logging library throws for them, or takes another one.
    /// </summary>
    public static void RefuseLogLevels(IConfiguration configuration, ICollection<string> refusals)
    {
        var logging = configuration.GetSection(StandaloneConfiguration.LoggingSection);
        foreach (var level in logging.GetChildren().Append(logging).SelectMany(section => section.GetSection("LogLevel").GetChildren()))
        {
            if (level.Value is { Length: > 0 } word && !Enum.TryParse<LogLevel>(word, ignoreCase: true, out _))
            {
                refusals.Add($"{level.Path} is '{word}': allowed is {string.Join(", ", Enum.GetNames<LogLevel>())}");
            }
        }

        var console = logging.GetSection("Console");
        if (console["FormatterName"] is { Length: > 0 } formatter && !Formatters.Contains(formatter, StringComparer.OrdinalIgnoreCase))
        {
            refusals.Add($"{console.Path}:FormatterName is '{formatter}': allowed is {string.Join(", ", Formatters)}");
        }

        foreach (var stamp in new[] { console.GetSection("TimestampFormat"), console.GetSection("FormatterOptions:TimestampFormat") })
        {
            if (stamp.Value is { Length: > 0 } format && !IsTimestamp(format))
            {
                refusals.Add($"{stamp.Path} is '{format}': allowed is a format of .NET's dates, such as 'HH:mm:ss '");
            }
        }
    }

    private static bool IsTimestamp(string format)
    {
        try
        {
            return DateTimeOffset.UnixEpoch.ToString(format, CultureInfo.InvariantCulture).Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
