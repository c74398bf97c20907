using System.CommandLine;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Cli;

/// <summary>The verbs, and how a complaint becomes a sentence and an exit status.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Drives a kernel's sockets to their limits on purpose and says exactly what broke, when, and why.")
        {
            RunVerb.Create(), CompareVerb.Create(), PlanVerb.Create(), ListVerb.Create(), ReportVerb.Create(), ResultsVerb.Create(), InspectVerb.Create(), ServeVerb.Create(), SwarmVerb.Create(),
            AskVerb.Create(), MergeVerb.Create(), BenchVerb.Create(), TextbookVerb.Create(),
        };
        var plain = CommonOptions.Plain();
        root.Options.Add(plain);
        var parsed = root.Parse(args);
        if (parsed.GetValue(plain))
        {
            CommonOptions.WithoutColor();
        }

        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine($"loadlab: {error.Message}");
            }

            Console.Error.WriteLine("loadlab: 'loadlab --help' and 'loadlab VERB --help' say what is taken");
            return ExitStatus.BadInput;
        }

        try
        {
            // Signals are the verbs' own business (Interruption): the default handler would end the process under a run.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Complaint complaint)
        {
            foreach (var line in complaint.Message.Split('\n'))
            {
                Console.Error.WriteLine($"loadlab: {line}");
            }

            return complaint.Status;
        }
        catch (KernelException e)
        {
            var cure = e.Errno == Errno.EMFILE ? ": this process may open too few files, raise its limit with 'ulimit -n 1024'" : "";
            Console.Error.WriteLine($"loadlab: {e.Message}{cure}");
            return ExitStatus.Inconclusive;
        }
    }
}
