namespace LoadLab.Cli;

/// <summary>What is wrong, as a sentence a person reads instead of a stack trace, and the exit status that goes with it.</summary>
internal sealed class CliException(string sentence, int status) : Exception(sentence)
{
    public int Status { get; } = status;

    public static CliException BadInput(string sentence) => new(sentence, ExitStatus.BadInput);

    public static CliException CannotSee(string sentence) => new(sentence, ExitStatus.Inconclusive);
}
