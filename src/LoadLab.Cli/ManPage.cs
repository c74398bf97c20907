using System.CommandLine;
using System.Text;
using LoadLab.Model;

namespace LoadLab.Cli;

/// <summary>The manual page of a verb, in the macros of man(7): what <c>--help</c> says, for <c>man loadlab-run</c>.</summary>
internal static class ManPage
{
    private const string Section = "1";

    /// <summary>The name of a verb's page, without the section: <c>loadlab-run</c>.</summary>
    public static string NameOf(Command command) =>
        command is RootCommand ? "loadlab" : $"{NameOf(command.Parents.OfType<Command>().First())}-{command.Name}";

    /// <summary>The file of a verb's page.</summary>
    public static string FileOf(Command command) => $"{NameOf(command)}.{Section}";

    /// <summary>A verb with all below it.</summary>
    public static IEnumerable<Command> WithVerbs(Command command) => command.Subcommands.SelectMany(WithVerbs).Prepend(command);

    /// <summary>The page.</summary>
    public static string Of(Command command)
    {
        var page = new StringBuilder();
        page.Append($".TH {Quoted(NameOf(command).ToUpperInvariant())} {Section} \"\" {Quoted($"loadlab {ProgramVersion.Text}")} LoadLab\n");
        page.Append($".SH NAME\n{Text(NameOf(command))} \\- {Text(command.Description?.TrimEnd('.') ?? "")}\n");
        page.Append($".SH SYNOPSIS\n.B {Text(Words(command))}\n{string.Join('\n', command.Arguments.Select(Synopsis).Append("[\\fIoptions\\fR]"))}\n");
        page.Append($".SH DESCRIPTION\n{Text(command.Description ?? "")}{(command.Description?.EndsWith('.') == true ? "" : ".")}\n");
        Paragraphs(page, "VERBS", command.Subcommands.OrderBy(verb => verb.Name, StringComparer.Ordinal)
            .Select(verb => ($"\\fB{Text(verb.Name)}\\fR", verb.Description)));
        Paragraphs(page, "ARGUMENTS", command.Arguments.Select(argument => ($"\\fI{Text(NameOf(argument))}\\fR", argument.Description)));
        Paragraphs(page, "OPTIONS", OptionsOf(command).Where(option => !option.Hidden).Select(option => (Heading(option), option.Description)));
        page.Append($".SH EXAMPLES\n.nf\n{string.Join('\n', VerbHelp.ExamplesOf(command).Select(Text))}\n.fi\n");
        Paragraphs(page, "EXIT STATUS", ExitStatus.All.Select(one => ($"\\fB{one.Status}\\fR", (string?)one.Meaning)));
        page.Append($".SH SEE ALSO\n{string.Join(",\n", Related(command).Select(other => $"\\fB{Text(NameOf(other))}\\fR({Section})"))}\n");
        return page.ToString();
    }

    private static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(OptionsOf).Where(option => option.Recursive)).Distinct();

    private static IEnumerable<Command> Related(Command command) =>
        command.Parents.OfType<Command>().Concat(command.Subcommands).OrderBy(NameOf, StringComparer.Ordinal);

    private static string Words(Command command) =>
        command is RootCommand ? "loadlab" : $"{Words(command.Parents.OfType<Command>().First())} {command.Name}";

    private static string NameOf(Argument argument) => argument.HelpName ?? argument.Name;

    private static string Synopsis(Argument argument)
    {
        var name = $"\\fI{Text(NameOf(argument))}\\fR{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static string Heading(Option option) =>
        string.Join(", ", option.Aliases.Prepend(option.Name).Select(name => $"\\fB{Text(name)}\\fR"))
        + (option.HelpName is { } value ? $" \\fI{Text(value)}\\fR" : "");

    private static void Paragraphs(StringBuilder page, string heading, IEnumerable<(string Name, string? About)> all)
    {
        var paragraphs = string.Concat(all.Select(one => $".TP\n{one.Name}\n{Text(one.About ?? "")}\n"));
        if (paragraphs.Length > 0)
        {
            page.Append($".SH {heading}\n{paragraphs}");
        }
    }

    private static string Quoted(string text) => $"\"{Text(text)}\"";

    // A hyphen that can be copied, and no line that begins with what roff takes for a request (groff_man_style(7), Notes).
    private static string Text(string text)
    {
        var safe = string.Concat(text.EnumerateRunes().Select(rune => rune.Value switch
        {
            '\\' => "\\e",
            '-' => "\\-",
            > 0x7e => $"\\[u{rune.Value:X4}]",
            _ => $"{rune}",
        }));
        return safe is ['.' or '\'', ..] ? $"\\&{safe}" : safe;
    }
}
