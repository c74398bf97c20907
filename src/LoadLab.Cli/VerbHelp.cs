using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using LoadLab.Reporting;

namespace LoadLab.Cli;

/// <summary><c>--help</c>: the usual text, then examples.</summary>
/// <param name="usual">Writes the usual text.</param>
internal sealed class VerbHelp(SynchronousCommandLineAction usual) : SynchronousCommandLineAction
{
    private static readonly string[] OfRoot = ["loadlab run accept-queue/backlog-overflow", "loadlab list", "loadlab inspect"];

    /// <summary>Takes the place of the usual help in a command line.</summary>
    public static void AddTo(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Description = "Shows this text";
        root.Options.OfType<VersionOption>().Single().Description = "Shows the version";
        foreach (var ofWindows in help.Aliases.Where(alias => alias[0] == '/').ToList())
        {
            // Here it would be a path.
            help.Aliases.Remove(ofWindows);
        }

        help.Action = new VerbHelp((SynchronousCommandLineAction)help.Action!);
    }

    /// <summary>Commands that can be typed as they stand.</summary>
    public static IReadOnlyList<string> ExamplesOf(Command command) => command is Verb verb ? verb.Examples : OfRoot;

    /// <summary>A required argument is not missed where help is asked for.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var status = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        output.WriteLine("Examples:");
        foreach (var example in ExamplesOf(command))
        {
            output.WriteLine($"  {TypedCommand.Of(example)}");
        }

        output.WriteLine();
        if (command is RootCommand)
        {
            output.WriteLine("Exit status:");
            foreach (var (number, meaning) in ExitStatus.All)
            {
                output.WriteLine($"  {number,-4} {meaning}");
            }

            output.WriteLine();
        }

        return status;
    }
}
