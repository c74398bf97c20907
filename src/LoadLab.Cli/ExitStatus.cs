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

    /// <summary>A fault of LoadLab itself: see <see cref="LastResort"/>. The number is EX_SOFTWARE of sysexits.h.</summary>
    public const int Fault = 70;

    /// <summary>Interrupted; the verdict is over what was seen.</summary>
    public const int Interrupted = 130;

    /// <summary>Every one with its meaning, for <c>--help</c>.</summary>
    public static IReadOnlyList<(int Status, string Meaning)> All { get; } =
    [
        (Held, "all expectations held; or the verb did what it was asked"),
        (Broken, "an expectation is broken; a --fail-if condition is met; inspect found something wrong"),
        (BadInput, "bad usage or a bad scenario: nothing was run"),
        (Inconclusive, "inconclusive: something could not be observed, or a run did not finish"),
        (Fault, "an internal error of LoadLab: please report it"),
        (Interrupted, "interrupted; the verdict covers what was observed before that"),
    ];

    public static int Of(Outcome outcome) => outcome switch
    {
        Outcome.Held => Held,
        Outcome.Broken => Broken,
        Outcome.Inconclusive => Inconclusive,
    };
}
