using System.CommandLine;
using LoadLab.Lab;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary>The verbs, and how an exception becomes a sentence and an exit status.</summary>
internal static class CommandLine
{
    // What they print is all they are for; of every other verb the exit status, a file or a socket has the answer.
    private static readonly string[] PrintOnly = ["plan", "list", "results", "bench"];

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Drives a kernel's sockets to their limits on purpose and says exactly what broke, when, and why.")
        {
            RunVerb.Create(), CompareVerb.Create(), SizeVerb.Create(), PlanVerb.Create(), ListVerb.Create(), ReportVerb.Create(), ResultsVerb.Create(),
            InspectVerb.Create(), ServeVerb.Create(), SwarmVerb.Create(), AskVerb.Create(), MergeVerb.Create(), BenchVerb.Create(), TextbookVerb.Create(),
        };
        root.Options.Add(CommonOptions.Plain);
        VerbHelp.AddTo(root);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine($"loadlab: {error.Message}");
            }

            Console.Error.WriteLine("loadlab: 'loadlab --help' and 'loadlab VERB --help' show what can be given");
            return ExitStatus.BadInput;
        }

        return StandardStreams.Settle(await InvokeAsync(parsed), parsed.CommandResult.Command is not RootCommand && !PrintOnly.Contains(parsed.CommandResult.Command.Name));
    }

    private static async Task<int> InvokeAsync(ParseResult parsed)
    {
        try
        {
            ProcessRoom.Check(looksOnly: parsed.CommandResult.Command.Name == InspectVerb.Name);

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
