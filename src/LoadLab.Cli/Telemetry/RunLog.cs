using LoadLab.Model;
using Microsoft.Extensions.Logging;

namespace LoadLab.Cli;

/// <summary>Every message that a run or a swarm logs, for those who collect logs; ids from 2000 and stable.</summary>
internal static partial class RunLog
{
    [LoggerMessage(2000, LogLevel.Information, "run of {Scenario} begins: {Claim}")]
    public static partial void Begins(this ILogger logger, string scenario, string claim);

    [LoggerMessage(2001, LogLevel.Information, "{Note}")]
    public static partial void Noted(this ILogger logger, string note);

    [LoggerMessage(2002, LogLevel.Warning, "{Count} samples of {Source} were lost: {Why}")]
    public static partial void Lost(this ILogger logger, long count, string source, string why);

    [LoggerMessage(2003, LogLevel.Error, "the {Role} {Worker} ended in mid-run with status {Status}: {LastWords}")]
    public static partial void RoleEnded(this ILogger logger, string role, int worker, int status, string lastWords);

    [LoggerMessage(2004, LogLevel.Warning, "not held: {Sentence}")]
    public static partial void NotHeld(this ILogger logger, string sentence);

    [LoggerMessage(2005, LogLevel.Information, "{Scenario}: {Verdict}. {Summary}")]
    public static partial void Ends(this ILogger logger, string scenario, string verdict, string summary);

    [LoggerMessage(2006, LogLevel.Information, "swarm to {Target} ends: {Attempted} attempted, {Established} established, {Failed} failed")]
    public static partial void SwarmEnds(this ILogger logger, string target, long attempted, long established, long failed);

    /// <summary>Logs an observation that has words.</summary>
    public static void Record(this ILogger logger, Observation observation)
    {
        switch (observation)
        {
            case Note note: logger.Noted(note.Text); break;
            case SamplesLost lost: logger.Lost(lost.Count, lost.Source, lost.Why); break;
            case RoleEnded { Expected: false } ended: logger.RoleEnded(EnumWords<Role>.Of(ended.Role), ended.Worker, ended.ExitCode, ended.LastWords); break;
        }
    }
}
