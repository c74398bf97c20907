using System.CommandLine;

namespace LoadLab.Cli;

/// <summary><c>loadlab completion SHELL</c>: the script by which a shell completes the command line of loadlab.</summary>
/// <remarks>The scripts ask the program itself, by System.CommandLine's directive <c>[suggest]</c>, so they never need to be made again.</remarks>
internal static class CompletionVerb
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = string.Join(" | ", Shells), HelpName = "SHELL", CompletionSources = { Shells } };
        var command = new Verb(
            "completion",
            "Prints a script that completes verbs, options, scenarios and settings in a shell",
            [
                "loadlab completion bash > ~/.local/share/bash-completion/completions/loadlab",
                "loadlab completion zsh > ~/.zfunc/_loadlab",
                "loadlab completion fish > ~/.config/fish/completions/loadlab.fish",
            ]) { shell };
        command.SetAction(result => Print(result.GetValue(shell)!));
        return command;
    }

    private static int Print(string shell)
    {
        if (!Shells.Contains(shell))
        {
            throw CliException.BadInput($"'{shell}': takes {string.Join(", ", Shells[..^1])} or {Shells[^1]}");
        }

        using var stream = typeof(CompletionVerb).Assembly.GetManifestResourceStream($"completion.{shell}")!;
        using var reader = new StreamReader(stream);
        Console.Out.Write(reader.ReadToEnd());
        return ExitStatus.Held;
    }
}
