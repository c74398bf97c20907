using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using LoadLab.Judging;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary><c>loadlab merge DIR…</c>: one result of the folders that swarms on their own, and their server, have left.</summary>
internal static class MergeVerb
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("folders") { Description = "Folders of 'swarm --out' and 'serve --out', or folders that have such in them",
            HelpName = "DIR", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string?>("--out") { Description = "The folder under which the merged result's own folder is made (default: results)",
            HelpName = "DIR" };
        var json = CommonOptions.Json("the merged document (run.json)");
        var command = new Verb(
            "merge",
            "Merges what several swarms and their server left into one result, and names replicas that died",
            [
                "loadlab merge results/drive",
            ]) { folders, output, json, CommonOptions.Verbose, CommonOptions.Quiet };
        command.SetAction(result => Run(result.GetValue(folders)!, result.GetValue(output) ?? Paths.Results, result.GetValue(json), Terminal.Of(result)));
        return command;
    }

    private static int Run(string[] folders, string output, bool json, Terminal terminal)
    {
        var members = folders.SelectMany(FoldersIn).Select(Open).ToList();
        var (swarms, server) = Together(members);
        var merged = new MergedRun(swarms, server);
        ResultsFolder results;
        try
        {
            results = ResultsFolder.Create(output, merged.Plan, RunDocuments.Begun(merged.Plan));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RunException.Unwritable(output, e);
        }

        using (results)
        {
            foreach (var member in merged.All)
            {
                Fold(merged, member, results);
            }

            var document = merged.Document();
            ResultsFolder.Write(results.Path, FolderNames.Plan, merged.Plan, ModelJson.Indented.Plan);
            results.Complete(document);
            if (results.Failure is { } failure)
            {
                throw CliException.CannotSee(failure);
            }

            ReportPage.Write(StoredRun.Open(results.Path), document, Console.Error);
            if (json)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(document, ModelJson.Indented.RunDocument));
            }

            ConsoleReport.Write(terminal.ReportTo(json), merged.Plan, document, Paths.Shown(results.Path), terminal.Detail);
            return ExitStatus.Of(document.Verdict);
        }
    }

    private static void Fold(MergedRun merged, Member member, ResultsFolder results)
    {
        var (_, problems) = StoredRun.Open(member.Folder).ReadObservations(observation =>
        {
            if (merged.Fold(member, observation) is { } ours)
            {
                results.Append(JsonSerializer.SerializeToUtf8Bytes(ours, ModelJson.Default.Observation));
            }
        });
        foreach (var problem in problems)
        {
            Console.Error.WriteLine($"loadlab: {member.Folder}: {problem}");
        }
    }

    private static IEnumerable<string> FoldersIn(string folder) => !Directory.Exists(folder)
        ? throw CliException.BadInput($"there is no folder {folder}")
        : RunFolders.In(folder) is { Count: > 0 } found ? found
        : throw CliException.BadInput($"{folder} has no {FolderNames.Run}, and neither has a folder in it: name the folder that was given to --out");

    private static Member Open(string folder)
    {
        var stored = StoredRun.Open(folder);
        return stored is { Plan: { } plan, Run: { } run }
            ? plan.Scenario is "swarm" or "serve"
                ? new Member(folder, plan, run)
                : throw CliException.BadInput(
                    $"{folder} is of scenario {plan.Scenario}, which is complete by itself: '{TypedCommand.Of("loadlab compare")}' takes several of "
                    + "those; merge takes what 'swarm --out' and 'serve --out' left")
            : throw CliException.BadInput($"{folder}: {string.Join("; ", stored.Problems)}");
    }

    // Where several servers have left a folder, the newest one's session is meant: its own swarms are those that said ready to it, or that began after it did.
    private static (ImmutableArray<Member> Swarms, Member? Server) Together(List<Member> members)
    {
        var server = members.Where(member => member.Replica is null).MaxBy(member => member.Plan.Host.Started);
        var swarms = members.Where(member => member.Replica is not null && (server is null || member.Plan.Host.Started >= server.Plan.Host.Started))
            .ToImmutableArray();
        if (swarms.IsEmpty)
        {
            throw CliException.BadInput(server is null ? "there is no folder of a swarm among them"
                : $"no swarm among them began after the server of {server.Folder} did");
        }

        if (members.Count - swarms.Length - (server is null ? 0 : 1) is > 0 and var older)
        {
            Console.Error.WriteLine($"loadlab: {older} folder{(older == 1 ? " is" : "s are")} of an earlier server, or of its swarms, and left out");
        }

        return swarms.Select(swarm => swarm.Target).Distinct().Count() == 1
            ? (swarms, server)
            : throw CliException.BadInput(
                $"the swarms loaded different servers ({string.Join(", ", swarms.Select(swarm => swarm.Target).Distinct())}), which have nothing to merge");
    }
}
