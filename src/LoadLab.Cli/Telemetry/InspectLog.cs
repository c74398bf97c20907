using Microsoft.Extensions.Logging;

namespace LoadLab.Cli;

/// <summary>Every message that a watch logs; ids from 3000 and stable.</summary>
internal static partial class InspectLog
{
    [LoggerMessage(3000, LogLevel.Error, "{Diagnosis}: {About}: {Sentence}")]
    public static partial void Fault(this ILogger logger, string diagnosis, string about, string sentence);

    [LoggerMessage(3001, LogLevel.Warning, "{Diagnosis}: {About}: {Sentence}")]
    public static partial void Risk(this ILogger logger, string diagnosis, string about, string sentence);

    [LoggerMessage(3002, LogLevel.Information, "{Diagnosis}: {About}: over, after {Seconds} s")]
    public static partial void Over(this ILogger logger, string diagnosis, string about, double seconds);

    [LoggerMessage(3003, LogLevel.Information, "{Listeners} listeners, the {Told} busiest are told, {LeftOut} are left out")]
    public static partial void LeftOut(this ILogger logger, int listeners, int told, int leftOut);

    [LoggerMessage(3004, LogLevel.Warning, "a look was lost: {Why}")]
    public static partial void LookLost(this ILogger logger, string why);
}
