using System.CommandLine;
using System.Text.Json;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary><c>loadlab results</c>: which runs there are and how they came out; <c>loadlab results prune</c>: only the newest stay.</summary>
internal static class ResultsVerb
{
    public static Command Create()
    {
        var output = Output();
        var json = CommonOptions.Json("the list");
        var command = new Verb(
            "results",
            "Lists runs and comparisons with their verdicts, the newest first",
            [
                "loadlab results",
                "loadlab results prune --keep 20 --dry-run",
            ]) { output, json, Prune() };
        command.SetAction(result => List(result.GetValue(output) ?? Paths.Results, result.GetValue(json), Terminal.Of(result)));
        return command;
    }

    private static Verb Prune()
    {
        var output = Output();
        var keep = new Option<int>("--keep") { Description = "How many of the newest stay; a comparison with all its runs counts as one", HelpName = "N",
            Required = true };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only says what would be removed" };
        var command = new Verb(
            "prune",
            "Removes all but the newest results: only folders that LoadLab has made, and none of a run that goes on",
            [
                "loadlab results prune --keep 20 --dry-run",
                "loadlab results prune --keep 20",
            ]) { keep, dryRun, output };
        command.SetAction(result => Prune(result.GetValue(output) ?? Paths.Results, result.GetValue(keep), result.GetValue(dryRun)));
        return command;
    }

    private static Option<string?> Output() => new("--out") { Description = "The folder of the results (default: results)", HelpName = "DIR" };

    private static int List(string folder, bool json, Terminal terminal)
    {
        var results = Results(folder);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize([.. results], ResultsJson.Default.StoredResultArray));
            return ExitStatus.Held;
        }

        if (results.Count == 0)
        {
            Console.Out.WriteLine($"There are no results in {Paths.Shown(Path.GetFullPath(folder))}: '{TypedCommand.Of("loadlab run NAME")}' makes some.");
            return ExitStatus.Held;
        }

        ResultsReport.Write(terminal.ReportTo(json: false), results);
        return ExitStatus.Held;
    }

    private static int Prune(string folder, int keep, bool dryRun)
    {
        if (keep < 0)
        {
            throw CliException.BadInput($"--keep {keep}: takes 0 or more");
        }

        var results = Results(folder);
        long freed = 0;
        var (removed, left) = (0, 0);
        foreach (var result in ResultsCatalog.Superfluous(results, keep))
        {
            if ((ResultsCatalog.Obstacle(result) ?? (dryRun ? null : TryRemove(result))) is { } obstacle)
            {
                left++;
                Console.Error.WriteLine($"loadlab: {result.Name} stays: {obstacle}");
                continue;
            }

            Console.Out.WriteLine($"{(dryRun ? "would remove" : "removed")} {result.Name} ({Size(result.Bytes)})");
            (removed, freed) = (removed + 1, freed + result.Bytes);
        }

        Console.Out.WriteLine(
            $"{(dryRun ? "would remove" : "removed")} {removed} of {results.Count} results, {Size(freed)}; {results.Count - removed} "
            + $"{(dryRun ? "would stay" : "stay")}");
        return left == 0 ? ExitStatus.Held : ExitStatus.Broken;
    }

    private static IReadOnlyList<StoredResult> Results(string folder)
    {
        try
        {
            return ResultsCatalog.List(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.BadInput($"the results in {folder} cannot be listed: {e.Message}");
        }
    }

    private static string? TryRemove(StoredResult result)
    {
        try
        {
            ResultsCatalog.Remove(result);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static string Size(long bytes) => bytes >= 1 << 20 ? $"{bytes / 1048576.0:0.0} MB" : $"{bytes / 1024.0:0.0} kB";
}
