using System.Globalization;
using System.Text.Json;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Runs;
using LoadLab.Runs.Suites;

namespace LoadLab.Cli;

/// <summary><c>loadlab run</c> of several scenarios: one verdict, one set of reports.</summary>
/// <param name="Requests">What is run, in this order.</param>
/// <param name="Parallel">How many runs may go on at once.</param>
/// <param name="Results">The folder under which the suite gets its own.</param>
/// <param name="Limit">Ends each run after this time; null: none.</param>
internal sealed record SuiteRunning(IReadOnlyList<RunRequest> Requests, int Parallel, string Results, Nanoseconds? Limit)
{
    // Each run is four processes; more at once than this only wait for each other, also on a large machine.
    private const int MostAtOnce = 64;

    /// <summary>As many runs at once as <c>--parallel</c> says: a number, or <c>auto</c> for one a processor.</summary>
    /// <exception cref="CliException">It is neither.</exception>
    public static int AtOnce(string? parallel) =>
        parallel is null ? 1
        : parallel == "auto" ? Math.Min(Environment.ProcessorCount, MostAtOnce)
        : int.TryParse(parallel, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostAtOnce ? number
        : throw CliException.BadInput($"--parallel {parallel}: takes 1 to {MostAtOnce}, or auto (one for each processor)");

    /// <summary>Runs them, reports, and gives the exit status.</summary>
    public async Task<int> RunAsync(ReportFiles files, bool json, Terminal terminal)
    {
        var plans = await SuitePlan.AllAsync(Requests);

        // Not before: as for a single run.
        using var interruption = new Interruption();
        using var session = new SuiteSession(plans, CommonOptions.ThisCommand(), Parallel, Results);
        var suite = await session.RunAsync(OneAsync, (number, plan, run, folder) => Tell(number, plan, run, folder, json, terminal), interruption.Token);
        SuiteFolder.Write(session.Folder, suite, Console.Error);
        Report(suite, session.Folder, json, terminal);
        files.Write(suite);
        return interruption.Came ? ExitStatus.Interrupted : ExitStatus.Of(suite.Document.Verdict);

        async Task<(RunDocument Run, string Folder)> OneAsync(Plan plan, Lab.ISandbox sandbox, string results)
        {
            using var one = new OneRun(plan, sandbox, results, Limit, interruption, json);
            var run = await one.RunAsync(Parallel == 1 ? terminal.DrawnProgress(plan, json) : new NoProgress());
            one.Finish();
            return (run, one.Folder);
        }
    }

    /// <summary>Shows a suite, also an old one.</summary>
    public static void Report(SuiteResult suite, string folder, bool json, Terminal terminal)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(suite.Document, ModelJson.Indented.SuiteDocument));
        }

        SuiteReport.Write(terminal.ReportTo(json), suite, Paths.Shown(folder), terminal.Detail);
    }

    // A line for each run that is over, where progress is shown; with -v its whole report, since the suite's own has only what differs.
    private void Tell(int number, Plan plan, RunDocument run, string folder, bool json, Terminal terminal)
    {
        var console = terminal.ReportTo(json);
        if (terminal.Detail is ReportDetail.Witnesses or ReportDetail.All)
        {
            ConsoleReport.Write(console, plan, run, Paths.Shown(folder), terminal.Detail);
            console.Profile.Out.Writer.WriteLine();
        }
        else if (terminal.Detail == ReportDetail.Brief)
        {
            Console.Error.WriteLine(SuiteReport.Line(console, number, Requests.Count, run));
        }
    }
}
