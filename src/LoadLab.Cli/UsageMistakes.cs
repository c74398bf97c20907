using System.CommandLine;
using System.CommandLine.Parsing;
using LoadLab.Model;

namespace LoadLab.Cli;

/// <summary>What is wrong with a command line, as sentences; a mistyped verb or option is answered by the nearest.</summary>
internal static class UsageMistakes
{
    // 'serve' and 'swarm' take --Section:Key VALUE, as hosted .NET programs do, and name what is stray in it themselves.
    private static readonly string[] TakeAnything = ["serve", "swarm"];

    /// <summary>All of them; empty when nothing is wrong.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [[not '-', ..] or "", ..])
        {
            // The options after it are those of a verb that is not known yet.
            return [UnknownVerb(command, parsed.UnmatchedTokens[0])];
        }

        List<string> options = [.. StrayOptions(parsed, arguments).Distinct(StringComparer.Ordinal)
            .Select(option => UnknownOption(command, option.Split('=', ':')[0]))];
        if (options.Count > 0)
        {
            // Their values are words that belong to nothing now, and not mistakes of their own.
            return options;
        }

        return parsed.UnmatchedTokens is [var first, ..]
            ? [$"'{first}' is one word too many"]
            : [.. parsed.Errors.Select(error => error.Message)];
    }

    /// <summary>A word where a verb belongs.</summary>
    public static string UnknownVerb(Command command, string word)
    {
        var verbs = command.Subcommands.Select(verb => verb.Name).ToList();
        return verbs.Count == 0
            ? $"{Path(command)} has no verbs of its own, so '{word}' is one word too many"
            : $"there is no verb '{word}'{Of(command)}; {Nearest(word, verbs, verbs)}";
    }

    private static string UnknownOption(Command command, string option)
    {
        List<string> own =
            [.. NamesOf(command.Options), .. command.Parents.OfType<Command>().SelectMany(parent => NamesOf(parent.Options.Where(one => one.Recursive)))];
        return $"there is no option '{option}'{Of(command)}; {Nearest(option, own, [])}";
    }

    // An option that is not known is one word more for an argument that takes many.
    private static IEnumerable<string> StrayOptions(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        var taken = arguments.Contains("--") || TakeAnything.Contains(parsed.CommandResult.Command.Name)
            ? []
            : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value);
        return parsed.UnmatchedTokens.Concat(taken).Where(word => word.Length > 1 && word[0] == '-' && !File.Exists(word));
    }

    private static IEnumerable<string> NamesOf(IEnumerable<Option> options) =>
        options.Where(option => !option.Hidden).SelectMany(option => option.Aliases.Append(option.Name));

    private static string Nearest(string word, List<string> known, List<string> all) =>
        NearestName.Of(word, known) is [var nearest] ? $"did you mean '{nearest}'?"
        : all.Count > 0 ? $"verbs are {string.Join(", ", all)}"
        : "'--help' lists them all";

    private static string Of(Command command) => command is RootCommand ? "" : $" of {Path(command)}";

    private static string Path(Command command) => $"'{Words(command)}'";

    private static string Words(Command command) =>
        command is RootCommand ? "loadlab" : $"{Words(command.Parents.OfType<Command>().First())} {command.Name}";
}
