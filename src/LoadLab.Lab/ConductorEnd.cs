using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>What the exit status of a sandbox's process says of the conductor in it.</summary>
internal static class ConductorEnd
{
    private const int KilledBySignal = 128;
    private const int Sigkill = 9;

    // unshare(1) ends by the signal that ended its child, and unblocks that one first; SIGKILL has no disposition to change, so there it ends with 1 and
    // these words (sys-utils/unshare.c).
    private const string WordsOfUnshare = "sigprocmask unblock failed";

    /// <summary>The end as the outer process tells it.</summary>
    /// <param name="exit">The exit status of the sandbox's process.</param>
    /// <param name="complaint">What it said on standard error.</param>
    /// <param name="stopped">It was asked to stop.</param>
    public static LabEnd Of(int exit, string complaint, bool stopped) => exit switch
    {
        ConductorExit.Finished => new LabEnd(Finished: true, Reason: null),
        ConductorExit.Refused => new LabEnd(Finished: false, complaint, Refused: true),
        ConductorExit.Stopped => new LabEnd(Finished: false, "stopped before its end"),
        ConductorExit.Failed => new LabEnd(Finished: false, complaint),
        _ when stopped => new LabEnd(Finished: false, "stopped before its end"),
        _ when SignalOf(exit, complaint) is { } signal =>
            new LabEnd(Finished: false,
                $"the conductor was killed in mid-run by "
            + $"{(signal == Sigkill ? "SIGKILL (kill -9, or the kernel because memory ran out)" : $"signal {signal}")}"),
        _ => new LabEnd(Finished: false, $"the conductor ended with status {exit}{(complaint.Length > 0 ? ": " + complaint : "")}"),
    };

    private static int? SignalOf(int exit, string complaint) =>
        complaint.Contains(WordsOfUnshare, StringComparison.Ordinal) ? Sigkill
        : exit is > KilledBySignal and <= KilledBySignal + 64 ? exit - KilledBySignal
        : null;
}
