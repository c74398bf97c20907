using System.CommandLine;
using System.Text.Json;
using LoadLab.Judging;
using LoadLab.Model;
using LoadLab.Reporting;

namespace LoadLab.Cli;

/// <summary><c>loadlab report DIR</c>: the report again, from the folder alone.</summary>
internal static class ReportVerb
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A run's folder", HelpName = "DIR" };
        var json = CommonOptions.Json("the run's document");
        var (junit, markdown) = (CommonOptions.JUnit(), CommonOptions.Markdown());
        var command = new Command("report", "Judges and reports a run again from its folder, also one that was killed; of a comparison's folder, shows it again") { folder, junit, markdown, json };
        command.SetAction(result => Run(result.GetValue(folder)!, ReportFiles.Asked(result.GetValue(junit), result.GetValue(markdown)), result.GetValue(json)));
        return command;
    }

    private static int Run(string path, ReportFiles files, bool json)
    {
        if (!File.Exists(Path.Combine(path, FolderNames.Plan)) && StoredComparison.TryOpen(path) is { } comparison)
        {
            ReportFiles.WritePage(path, comparison);
            files.Write(comparison, [], TimeProvider.System.GetUtcNow());
            return CompareVerb.Tell(comparison, path, json);
        }

        var stored = StoredRun.Open(path);
        if (stored.Plan is not { } plan)
        {
            throw Complaint.BadInput(string.Join('\n', stored.Problems));
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
        var run = RunDocuments.Build(plan, evidence, Judge.Decide(plan, evidence), lasted, finished, reason);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(run, ModelJson.Indented.RunDocument));
        }

        ConsoleReport.Write(CommonOptions.ReportTo(json), plan, run, path);
        ReportFiles.WritePage(stored, run);
        files.Write(plan, run);
        return ExitStatus.Of(run.Verdict);
    }
}
