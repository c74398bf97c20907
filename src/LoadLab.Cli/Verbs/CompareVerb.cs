using System.CommandLine;
using System.Text.Json;
using LoadLab.Judging;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Reporting;
using LoadLab.Runs;
using LoadLab.Scenarios;

namespace LoadLab.Cli;

/// <summary><c>loadlab compare SCENARIO --tuning A --tuning B</c>, or <c>loadlab compare DIR DIR</c>.</summary>
internal static class CompareVerb
{
    private const int MostRuns = 100;

    public static Command Create()
    {
        var what = new Argument<string[]>("what")
        {
            Description = "A scenario's name or file; or two or more folders, each of a run or of several runs of one tuning",
            HelpName = "NAME|FILE|DIR",
            Arity = ArgumentArity.OneOrMore,
            CompletionSources = { CompletionWords.Scenarios },
        };
        var tuning = new Option<string[]>("--tuning")
        {
            Description = "A tuning by name or file, or NAME=VALUE,VALUE for one of each value (repeatable; two of the latter make a matrix)",
            HelpName = "TUNING",
            CompletionSources = { CompletionWords.Tunings },
        };
        var each = new Option<string[]>("--each")
        {
            Description = "A tuning of which every line is compared by itself (repeatable)",
            HelpName = "TUNING",
            CompletionSources = { CompletionWords.Tunings },
        };
        var repeat = new Option<int>("--repeat") { Description = "Runs of each tuning", DefaultValueFactory = _ => 5 };
        var failIf = new Option<string[]>("--fail-if") { Description = $"Exit status 1 when it is so: {FailCondition.Form} (repeatable)",
            HelpName = "CONDITION" };
        var set = CommonOptions.Set();
        var variant = CommonOptions.Variant();
        var (sandbox, kernel) = (CommonOptions.Sandbox(), CommonOptions.Kernel());
        var subject = CommonOptions.Subject();
        var target = CommonOptions.Target();
        var output = new Option<string?>(
            "--out") { Description = "The folder under which the comparison's own folder is made (default: results; of folders: none)", HelpName = "DIR" };
        var awaited = new Option<int?>(
            "--await") { Description = "Of folders: waits until each has so many runs that have just begun, and takes the newest of them", HelpName = "N" };
        var json = CommonOptions.Json("the comparison (compare.json)");
        var (junit, markdown) = (CommonOptions.JUnit(), CommonOptions.Markdown());
        var command = new Verb(
            "compare",
            "Runs a scenario under several tunings in turn and says what differs, and what does not",
            [
                "loadlab compare accept-queue/stall-under-load --tuning net.core.somaxconn=128,4096",
                "loadlab compare accept-queue/slow-accept --tuning kernel-default --tuning backlog --fail-if 'connect.p99 > 1.1x kernel-default'",
                "loadlab compare results/A results/B",
            ])
        {
            what, tuning, each, repeat, failIf, set, variant, sandbox, kernel, subject, target, output, awaited, junit, markdown, json,
            CommonOptions.Verbose,
        };
        command.SetAction(async (result, _) =>
        {
            var words = result.GetValue(what)!;
            if (words.Contains(""))
            {
                throw CliException.BadInput("one of the names is empty: a scenario's name or file is asked for, or folders");
            }

            var conditions = (result.GetValue(failIf) ?? []).Select(Condition).ToList();
            var files = ReportFiles.Asked(result.GetValue(junit), result.GetValue(markdown));
            var (named, lines) = (result.GetValue(tuning) ?? [], result.GetValue(each) ?? []);
            var isFolders = words.Length > 1 || (named.Length + lines.Length == 0 && Directory.Exists(words[0]));
            if (isFolders)
            {
                var stored = Stored(words, conditions, result.GetValue(awaited) is { } runs ? AwaitedRuns.Of(runs) : null);
                var kept = result.GetValue(output) is { } results ? CompareSession.Keep(stored, results, Console.Error) : null;
                files.Write(stored, conditions.Select(condition => $"{condition}"), TimeProvider.System.GetUtcNow());
                return Tell(stored, kept, result.GetValue(json), Terminal.Of(result));
            }

            var request = new RunRequest(words[0], result.GetValue(set) ?? [], result.GetValue(sandbox), result.GetValue(subject), result.GetValue(target))
            {
                Variant = result.GetValue(variant),
                Kernel = result.GetValue(kernel),
            };
            return await RunAsync(request, Tunings(named, lines), result.GetValue(repeat), conditions, result.GetValue(output), files, result.GetValue(json),
                Terminal.Of(result));
        });
        return command;
    }

    private static IReadOnlyList<Tuning> Tunings(string[] named, string[] lines)
    {
        var catalog = new TuningCatalog(Path.Combine(Paths.Scenarios, "tunings"));
        var tunings = Preparation.Value(catalog.Resolve(named, lines));
        return tunings.Count >= 2
            ? tunings
            : throw CliException.BadInput(
                $"a comparison needs two tunings or more, and {tunings.Count} {(tunings.Count == 1 ? "is" : "are")} asked for: --tuning NAME twice, or "
            + $"--tuning net.core.somaxconn=128,4096; there are {string.Join(", ", catalog.Names)}");
    }

    private static async Task<int> RunAsync(RunRequest request, IReadOnlyList<Tuning> tunings, int repeat, List<FailCondition> conditions, string? output,
        ReportFiles files, bool json, Terminal terminal)
    {
        if (repeat is < 1 or > MostRuns)
        {
            throw CliException.BadInput($"--repeat {repeat}: takes 1 to {MostRuns}");
        }

        Sound(conditions, [.. tunings.Select(tuning => tuning.Name)]);
        using var session = await CompareSession.PlanAsync(request, tunings, repeat, output ?? Paths.Results, Console.Error);
        using var interruption = new Interruption();
        await Console.Error.WriteLineAsync($"{tunings.Count} tunings, {repeat} runs of each: about {session.Lasts.Seconds + (tunings.Count * repeat):0} s");
        var comparison = await session.RunAsync(conditions, interruption.Token);
        if (comparison is not null)
        {
            files.Write(comparison, conditions.Select(condition => $"{condition}"), session.Started);
        }

        var status = comparison is null ? ExitStatus.Inconclusive : Tell(comparison, Paths.Shown(session.Folder), json, terminal);
        return interruption.Came ? ExitStatus.Interrupted : status;
    }

    private static ComparisonDocument Stored(string[] folders, List<FailCondition> conditions, AwaitedRuns? awaited)
    {
        if (folders.Length < 2)
        {
            throw CliException.BadInput($"a comparison needs two folders or more, and only {folders[0]} is named; or name a scenario and its tunings");
        }

        var names = Names(folders);
        Sound(conditions, names);
        var runs = awaited?.In(folders, names, Console.Error) ?? [.. folders.Select(RunsIn)];
        var tuned = names.Zip(runs, (name, ofOne) => new TunedRuns(name, "", [], ofOne)).ToList();
        var scenarios = tuned.SelectMany(one => one.Runs).Select(run => run.Scenario).Distinct().ToList();
        return scenarios.Count == 1
            ? CompareSession.Store(Comparison.Of(tuned), conditions, null, Console.Error)
            : throw CliException.BadInput($"the folders are of different scenarios ({string.Join(", ", scenarios)}), which have nothing to compare");
    }

    // The last part of each path; where that is the same, as much more as tells them apart.
    private static string[] Names(string[] folders)
    {
        string[][] parts = [.. folders.Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)).Split('/'))];
        for (var taken = 1; taken <= parts.Max(path => path.Length); taken++)
        {
            string[] names = [.. parts.Select(path => string.Join('/', path.TakeLast(taken)))];
            if (names.Distinct().Count() == names.Length)
            {
                return names;
            }
        }

        throw CliException.BadInput("a folder is named twice: a comparison with itself says nothing");
    }

    private static List<RunDocument> RunsIn(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw CliException.BadInput($"there is no folder {folder}");
        }

        var places = RunFolders.In(folder);
        return places.Count == 0
            ? throw CliException.BadInput($"{folder} has no {FolderNames.Run}, and neither has a folder in it: name a run's folder, or one of a comparison's")
            : [.. places.Select(place => StoredRun.Open(place) is var stored && stored.Run is { } run ? run
                : throw CliException.BadInput($"{place}: {string.Join("; ", stored.Problems)}"))];
    }

    /// <summary>Tells a comparison, and gives the exit status.</summary>
    internal static int Tell(ComparisonDocument comparison, string? folder, bool json, Terminal terminal)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(comparison, ModelJson.Indented.ComparisonDocument));
        }

        CompareReport.Write(terminal.ReportTo(json), comparison, folder, terminal.Detail > ReportDetail.Brief);
        return !comparison.Failed.IsEmpty ? ExitStatus.Broken
            : comparison.Tunings.Any(tuning => tuning.Verdicts.Keys.All(verdict => verdict == EnumWords<Outcome>.Of(Outcome.Inconclusive)))
            ? ExitStatus.Inconclusive
            : ExitStatus.Held;
    }

    private static FailCondition Condition(string text) =>
        FailCondition.TryParse(text, out var condition) ? condition! : throw CliException.BadInput($"--fail-if '{text}': takes {FailCondition.Form}");

    private static void Sound(List<FailCondition> conditions, string[] tunings)
    {
        foreach (var problem in conditions.Select(condition => condition.Problem(tunings)).OfType<string>())
        {
            throw CliException.BadInput($"--fail-if {problem}");
        }
    }
}
