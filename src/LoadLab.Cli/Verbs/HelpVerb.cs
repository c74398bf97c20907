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
        var command = new Verb("help", "Shows what can be given, with examples", ["loadlab help", "loadlab help run"]) { verb };
        command.SetAction(result =>
        {
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

    /// <summary>Writes the help of a verb, or of all where none is named.</summary>
    public static int Show(RootCommand root, TextWriter output, params string[] verb) =>
        root.Parse([.. verb, "--help"]).Invoke(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false });
}
