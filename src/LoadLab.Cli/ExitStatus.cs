using LoadLab.Model;

namespace LoadLab.Cli;

/// <summary>What a verb's exit status says.</summary>
internal static class ExitStatus
{
    /// <summary>All expectations held; or the verb did what it was asked.</summary>
    public const int Held = 0;

    /// <summary>An expectation is broken.</summary>
    public const int Broken = 1;

    /// <summary>Bad usage or bad scenario: nothing was run.</summary>
    public const int BadInput = 2;

    /// <summary>It could not be seen.</summary>
    public const int Inconclusive = 3;

    /// <summary>Interrupted; the verdict is over what was seen.</summary>
    public const int Interrupted = 130;

    public static int Of(Outcome outcome) => outcome switch
    {
        Outcome.Held => Held,
        Outcome.Broken => Broken,
        Outcome.Inconclusive => Inconclusive,
    };
}
