using LoadLab.Kernel;
using LoadLab.Reporting;

namespace LoadLab.Cli;

/// <summary>
/// Standard output and standard error as this program writes to them: never a reason to fail, and never a way for the text of others to steer a
/// terminal.
/// </summary>
internal static class StandardStreams
{
    /// <summary>Standard output as it is, for what draws with escape sequences of its own.</summary>
    public static SturdyWriter Output { get; } = new(Console.OpenStandardOutput);

    /// <summary>Standard error as it is.</summary>
    public static SturdyWriter Error { get; } = new(Console.OpenStandardError);

    /// <summary>
    /// From now on everything that is written to <see cref="Console"/> goes this way. Comes first: what a file opened later would be written to must
    /// not be a number that means standard output.
    /// </summary>
    public static void Install()
    {
        StandardDescriptors.OpenMissing();
        FileSizeLimit.FailInsteadOfSignal();
        Console.SetOut(new VisibleWriter(Output));
        Console.SetError(new VisibleWriter(Error));
    }

    /// <summary>Says on the one what the other did not take.</summary>
    /// <param name="status">The exit status of a verb.</param>
    /// <param name="isAnswerElsewhere">True when the exit status itself, or a file, has the answer.</param>
    /// <returns>The same; where a verb only had something to print, and could not, that it failed.</returns>
    public static int Settle(int status, bool isAnswerElsewhere)
    {
        if (Output.Failure is not { } why)
        {
            return status;
        }

        Console.Error.WriteLine(
            $"loadlab: standard output did not take everything ({why}){(isAnswerElsewhere ? "; the exit status is that of the verdict" : "")}");
        return status == ExitStatus.Held && !isAnswerElsewhere ? ExitStatus.Inconclusive : status;
    }
}
