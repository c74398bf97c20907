using System.CommandLine;
using LoadLab.Lab;
using LoadLab.Reporting;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary>The verbs, and how an exception becomes a sentence and an exit status.</summary>
internal static class CommandLine
{
    // What they print is all they are for; of every other verb the exit status, a file or a socket has the answer.
    private static readonly string[] PrintOnly = ["plan", "list", "results", "bench", "help", "version", "completion"];

    // Each starts further processes of the same user.
    private static readonly string[] MakesRuns = ["run", "compare", "size", "textbook", "bench"];

    public static async Task<int> RunAsync(string[] args)
    {
        var root = Root();
        if (args.Length == 0)
        {
            // On standard output, as git, dotnet and kubectl do, for 'loadlab | less'. Not a success, as with git and dotnet: a script that lost its
            // words must not pass.
            _ = HelpVerb.Show(root, Console.Out);
            return StandardStreams.Settle(ExitStatus.BadInput, isAnswerElsewhere: false);
        }

        // What else is given may be anything where help is asked for, or the words that may come next.
        var parsed = root.Parse(args);
        var isQuestion = parsed.Action is VerbHelp || root.Directives.Any(directive => parsed.GetResult(directive) is not null);
        if (!isQuestion && UsageMistakes.Of(parsed, args) is { Count: > 0 } mistakes)
        {
            var hint = $"'{TypedCommand.Of("loadlab help")}' and '{TypedCommand.Of("loadlab help VERB")}' show what can be given";
            return Tell(string.Join('\n', [.. mistakes, hint]), ExitStatus.BadInput);
        }

        var verb = parsed.CommandResult.Command;
        return StandardStreams.Settle(await InvokeAsync(parsed), verb is not RootCommand && !PrintOnly.Contains(verb.Name));
    }

    /// <summary>The whole command line.</summary>
    public static RootCommand Root()
    {
        var root = new RootCommand("Drives a kernel's sockets to their limits on purpose and says exactly what broke, when, and why.")
        {
            RunVerb.Create(), CompareVerb.Create(), SizeVerb.Create(), PlanVerb.Create(), ListVerb.Create(), ReportVerb.Create(), ResultsVerb.Create(),
            InspectVerb.Create(), ServeVerb.Create(), SwarmVerb.Create(), AskVerb.Create(), MergeVerb.Create(), BenchVerb.Create(), TextbookVerb.Create(),
            CompletionVerb.Create(), VersionVerb.Create(),
        };
        root.Subcommands.Add(HelpVerb.Create(root));
        root.Options.Add(CommonOptions.Plain);
        VerbHelp.AddTo(root);
        Suggestions.AddTo(root);
        return root;
    }

    private static async Task<int> InvokeAsync(ParseResult parsed)
    {
        try
        {
            var verb = parsed.CommandResult.Command.Name;
            ProcessRoom.Check(looksOnly: verb == InspectVerb.Name, runs: MakesRuns.Contains(verb));

            // Signals are the verbs' own business (Interruption): the default handler would end the process under a run.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (CliException e)
        {
            return Tell(e.Message, e.Status);
        }
        catch (RunException e)
        {
            return Tell(e.Message, e.IsRefused ? ExitStatus.BadInput : ExitStatus.Inconclusive);
        }
        catch (SandboxUnavailableException e)
        {
            Console.Error.WriteLine($"loadlab: {e.Message}");
            return ExitStatus.Inconclusive;
        }
    }

    private static int Tell(string sentences, int status)
    {
        foreach (var line in sentences.Split('\n'))
        {
            Console.Error.WriteLine($"loadlab: {line}");
        }

        return status;
    }
}
