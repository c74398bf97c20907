using System.CommandLine;

namespace LoadLab.Cli;

/// <summary><c>loadlab help</c>, <c>loadlab help VERB</c>: what <c>--help</c> shows.</summary>
internal static class HelpVerb
{
    /// <summary>The verb.</summary>
    /// <param name="root">The command line whose verbs it explains.</param>
    public static Command Create(RootCommand root)
    {
        var verb = new Argument<string[]>("verb")
        {
            Description = "The verb to explain; none: all of them in a line each",
            HelpName = "VERB",
            Arity = ArgumentArity.ZeroOrMore,
            CompletionSources = { _ => root.Subcommands.Select(one => one.Name) },
        };
        var man = new Option<string?>("--man")
        {
            Description = "Writes the manual pages into this folder instead: loadlab.1, loadlab-run.1 and so on",
            HelpName = "DIR",
        };
        string[] examples = ["loadlab help", "loadlab help run", "loadlab help --man ~/.local/share/man/man1"];
        var command = new Verb("help", "Shows what can be given, with examples", examples) { verb, man };
        command.SetAction(result =>
        {
            if (result.GetValue(man) is { } folder)
            {
                return WritePages(root, folder);
            }

            var words = result.GetValue(verb) ?? [];
            Command found = root;
            foreach (var word in words)
            {
                found = found.Subcommands.FirstOrDefault(one => one.Name == word) ?? throw CliException.BadInput(UsageMistakes.UnknownVerb(found, word));
            }

            return Show(root, Console.Out, words);
        });
        return command;
    }

    private static int WritePages(RootCommand root, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var command in ManPage.WithVerbs(root))
            {
                File.WriteAllText(Path.Combine(folder, ManPage.FileOf(command)), ManPage.Of(command));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CliException.BadInput($"--man {folder}: the pages cannot be written there: {e.Message}");
        }

        Console.Out.WriteLine($"{ManPage.WithVerbs(root).Count()} pages are in {folder}: man -l {Path.Combine(folder, ManPage.FileOf(root))}");
        return ExitStatus.Held;
    }

    /// <summary>Writes the help of a verb, or of all where none is named.</summary>
    public static int Show(RootCommand root, TextWriter output, params string[] verb) =>
        root.Parse([.. verb, "--help"]).Invoke(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false });
}
