using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A command for the reader to type: it begins with the word that started this program, <c>./loadlab</c> in a clone.</summary>
/// <remarks>Files of a results folder keep <c>loadlab</c>: others may read them elsewhere.</remarks>
public static class TypedCommand
{
    private const string Name = "loadlab";

    // Set by the launcher.
    private static readonly string Called = Environment.GetEnvironmentVariable("LOADLAB_COMMAND") is { Length: > 0 } word ? ShellWord.Quoted(word) : Name;

    /// <summary>The command, of one that begins with <c>loadlab</c>; any other as it is.</summary>
    public static string Of(string command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return command.StartsWith($"{Name} ", StringComparison.Ordinal) ? Called + command[Name.Length..] : command;
    }
}
