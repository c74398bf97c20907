namespace LoadLab.Cli;

/// <summary>What is wrong, as a sentence a person reads instead of a stack trace, and the exit status that goes with it.</summary>
internal sealed class Complaint(string sentence, int status) : Exception(sentence)
{
    public int Status { get; } = status;

    public static Complaint BadInput(string sentence) => new(sentence, ExitStatus.BadInput);

    public static Complaint CannotSee(string sentence) => new(sentence, ExitStatus.Inconclusive);
}
