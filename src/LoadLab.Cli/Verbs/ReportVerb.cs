using System.CommandLine;
using System.Text.Json;
using LoadLab.Judging;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Reporting;
using LoadLab.Runs;
using LoadLab.Runs.Sizing;
using LoadLab.Runs.Suites;

namespace LoadLab.Cli;

/// <summary><c>loadlab report DIR</c>: the report again, from the folder alone.</summary>
internal static class ReportVerb
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A run's folder", HelpName = "DIR", CompletionSources = { CompletionWords.Results } };
        var json = CommonOptions.Json("the run's document");
        var (junit, markdown) = (CommonOptions.JUnit(), CommonOptions.Markdown());
        var command = new Verb(
            "report",
            "Shows a run, a suite, a comparison or a sizing again from its folder, also a run that was killed",
            [
                "loadlab report results/FOLDER",
                "loadlab report results/FOLDER -vv",
            ]) { folder, junit, markdown, json, CommonOptions.Verbose, CommonOptions.Quiet };
        command.SetAction(result => Run(result.GetValue(folder)!, ReportFiles.Asked(result.GetValue(junit), result.GetValue(markdown)), result.GetValue(json),
            Terminal.Of(result)));
        return command;
    }

    private static int Run(string path, ReportFiles files, bool json, Terminal terminal)
    {
        string? damagedComparison = null;
        if (!File.Exists(Path.Combine(path, FolderNames.Plan)) && StoredComparison.TryOpen(path, out damagedComparison) is { } comparison)
        {
            ReportPage.Write(path, comparison, Console.Error);
            files.Write(comparison, [], TimeProvider.System.GetUtcNow());
            return CompareVerb.Tell(comparison, path, json, terminal);
        }

        if (StoredSizing.TryOpen(path, out var damagedSizing) is { } sizing)
        {
            SizingFolder.WritePage(path, sizing, Console.Error);
            files.Write(sizing);
            return SizeVerb.Tell(sizing, path, json, terminal);
        }

        if (StoredSuite.TryOpenWhole(path, out var damagedSuite) is { } suite)
        {
            SuiteFolder.WritePages(path, suite, Console.Error);
            files.Write(suite);
            SuiteRunning.Report(suite, path, json, terminal);
            return ExitStatus.Of(suite.Document.Verdict);
        }

        var stored = StoredRun.Open(path);
        if (stored.Plan is not { } plan)
        {
            throw CliException.BadInput(damagedComparison ?? damagedSizing ?? damagedSuite ?? string.Join('\n', stored.Problems));
        }

        var evidence = new Evidence(plan);
        var last = default(Nanoseconds);
        var (_, problems) = stored.ReadObservations(observation =>
        {
            last = observation.T > last ? observation.T : last;
            evidence.Fold(observation);
        });
        foreach (var problem in stored.Problems.Concat(problems))
        {
            Console.Error.WriteLine($"loadlab: {problem}");
        }

        var finished = stored.Run?.Finished ?? false;
        var reason = finished ? null : stored.Run?.Unfinished ?? "run.json cannot be read";
        var lasted = finished ? TimeSpan.FromSeconds(stored.Run!.DurationS) : last.ToTimeSpan();
        var run = RunDocuments.Build(plan, evidence, Judge.Decide(plan, evidence, RecordedConnects.Replay(path)), lasted, finished, reason);
        run = WithFurther(run, stored.Run);
        run = MergedRun.IsPlanOf(plan) && stored.Run is { } merged ? MergedRun.Again(run, merged) : run;
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(run, ModelJson.Indented.RunDocument));
        }

        ConsoleReport.Write(terminal.ReportTo(json), plan, run, path, terminal.Detail);
        ReportPage.Write(stored, run, Console.Error);
        files.Write(plan, run);
        return ExitStatus.Of(run.Verdict);
    }

    // The stored plan does not have the further quantities, so what the run itself found of them is kept.
    private static RunDocument WithFurther(RunDocument again, RunDocument? told)
    {
        // A run that was killed has checked none of them.
        if (told?.Checked is not { } further || (!told.Finished && further.Agreed + further.Differing.Length == 0))
        {
            return again;
        }

        var isBroken = further.Differing.Any(finding => finding.Outcome == Outcome.Broken);
        return again with { Checked = further, Verdict = isBroken ? Outcome.Broken : again.Verdict, Summary = isBroken ? told.Summary : again.Summary };
    }
}
