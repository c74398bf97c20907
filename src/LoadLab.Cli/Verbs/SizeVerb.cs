using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using LoadLab.Judging.Sizing;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Runs;
using LoadLab.Runs.Sizing;

namespace LoadLab.Cli;

/// <summary>
/// <c>loadlab size accept-queue --rate 2000/s --pause 300ms</c>, or <c>loadlab size SCENARIO --find SETTING --between A..B --until CONDITION</c>.
/// </summary>
internal static class SizeVerb
{
    private const int MostRuns = 200;
    private const int LeastRuns = 2;

    public static Command Create()
    {
        var what = new Argument<string>(
            "what") { Description = $"{string.Join("; ", SizeTargets.All.Select(target => $"{target.Name}: {target.About}"))}; or a scenario's name or file",
            HelpName = "TARGET|NAME|FILE", CompletionSources = { CompletionWords.SizeTargetsAndScenarios } };
        var rate = new Option<string?>("--rate") { Description = "Clients a second", HelpName = "RATE" };
        var pause = new Option<string?>("--pause") { Description = "accept-queue: the longest time for which the program does not call accept()",
            HelpName = "DURATION" };
        var acceptRate = new Option<string?>("--accept-rate") { Description = "accept-queue: calls of accept() a second after the pause (default: as fast as "
            + "clients come)", HelpName = "RATE" };
        var close = new Option<string?>("--close") { Description = "ports: who closes first (client)", HelpName = "WHO" };
        var connections = new Option<long?>("--connections") { Description = "descriptors: connections at once", HelpName = "N" };
        var server = new Option<bool>("--server") { Description = "descriptors: the limit of the server (default)" };
        var client = new Option<bool>("--client") { Description = "descriptors: the limit of the client" };
        var find = new Option<string?>("--find") { Description = "The setting to find, e.g. server.backlog or sysctl.net.core.somaxconn",
            HelpName = "SETTING", CompletionSources = { CompletionWords.SettingNames } };
        var between = new Option<string?>("--between") { Description = $"The values to search: {SizeRange.Form}", HelpName = "LOW..HIGH" };
        var until = Conditions("--until", $"What has to hold for a value to be enough: {SizeCondition.Form} (repeatable: all have to hold)");
        var slo = Conditions("--slo", "The same as --until");
        var budget = new Option<int>("--budget") { Description = "Kernel runs at most", HelpName = "N", DefaultValueFactory = _ => 30 };
        var set = CommonOptions.Set();
        var variant = CommonOptions.Variant();
        var (sandbox, kernel) = (CommonOptions.Sandbox(), CommonOptions.Kernel());
        var subject = CommonOptions.Subject();
        var target = CommonOptions.Target();
        var output = new Option<string?>("--out") { Description = "The folder under which the search's own folder is made (default: results)",
            HelpName = "DIR" };
        var json = CommonOptions.Json("the result (size.json)");
        var (junit, markdown) = (CommonOptions.JUnit(), CommonOptions.Markdown());
        var command = new Verb(
            "size",
            "Finds the smallest setting that is enough, and confirms it by runs with it and with one less",
            [
                "loadlab size accept-queue --rate 2000/s --pause 300ms",
                "loadlab size accept-queue --rate 2000/s --pause 300ms --slo 'connect.p99 < 50ms'",
                "loadlab size ports --rate 50/s --close client",
                "loadlab size descriptors --connections 10000 --server",
                "loadlab size accept-queue/stall-under-load --find server.backlog --between 1..4096 --until 'syn-drops == 0'",
            ])
        {
            what, rate, pause, acceptRate, close, connections, server, client, find, between, until, slo, budget,
            set, variant, sandbox, kernel, subject, target, output, junit, markdown, json,
        };
        command.SetAction(async (result, _) =>
        {
            var runs = result.GetValue(budget);
            if (runs is < LeastRuns or > MostRuns)
            {
                throw CliException.BadInput($"--budget {runs}: takes {LeastRuns} to {MostRuns}");
            }

            if (result.GetValue(server) && result.GetValue(client))
            {
                throw CliException.BadInput("--server and --client are two questions: ask one of them");
            }

            var files = ReportFiles.Asked(result.GetValue(junit), result.GetValue(markdown));
            var ask = new SizeAsk
            {
                What = result.GetValue(what)!,
                Rate = Value<Rate>("--rate", result.GetValue(rate), Rate.TryParse, "a rate such as 2000/s"),
                Pause = Value<Nanoseconds>("--pause", result.GetValue(pause), Nanoseconds.TryParse, "a duration with a unit such as 300ms"),
                AcceptRate = Value<Rate>("--accept-rate", result.GetValue(acceptRate), Rate.TryParse, "a rate such as 3000/s"),
                Connections = result.GetValue(connections),
                Close = result.GetValue(close),
                OfClient = result.GetValue(client),
                Find = result.GetValue(find),
                Range = Range(result.GetValue(between)),
                Conditions = [.. Read("--until", result.GetValue(until)), .. Read("--slo", result.GetValue(slo))],
                Settings = [.. result.GetValue(set) ?? []],
                Run = new RunRequest("", [], result.GetValue(sandbox), result.GetValue(subject),
                    result.GetValue(target)) { Variant = result.GetValue(variant), Kernel = result.GetValue(kernel) },
                Budget = runs,
                Command = CommonOptions.ThisCommand(),
            };
            return await RunAsync(SizeTargets.TryMake(ask) ?? SizeTargets.OfScenario(ask), result.GetValue(output), files, result.GetValue(json),
                Terminal.Of(result));
        });
        return command;
    }

    /// <summary>Tells a result, and gives the exit status.</summary>
    internal static int Tell(SizingDocument sizing, string? folder, bool json, Terminal terminal)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(sizing, ModelJson.Indented.SizingDocument));
        }

        SizeReport.Write(terminal.ReportTo(json), sizing, folder);
        return ExitStatus.Of(sizing.Verdict);
    }

    private delegate bool Parser<T>(string? text, out T value);

    private static async Task<int> RunAsync(SizeRequest request, string? output, ReportFiles files, bool json, Terminal terminal)
    {
        using var session = await SizeSession.PlanAsync(request, output ?? Paths.Results, Console.Error);
        using var interruption = new Interruption();
        await Console.Error.WriteLineAsync(session.Prediction);
        var sizing = await session.RunAsync(interruption.Token);
        files.Write(sizing);
        var status = Tell(sizing, Paths.Shown(session.Folder), json, terminal);
        return interruption.Came ? ExitStatus.Interrupted : status;
    }

    private static Option<string[]> Conditions(string name, string description) => new(name) { Description = description, HelpName = "CONDITION" };

    private static List<SizeCondition> Read(string option, string[]? texts) =>
        (texts ?? []).Select(text => SizeCondition.TryParse(text, out var problem) ?? throw CliException.BadInput($"{option} {problem}")).ToList();

    private static SizeRange? Range(string? text) =>
        text is null ? null : SizeRange.TryParse(text) ?? throw CliException.BadInput($"--between '{text}': takes {SizeRange.Form}");

    private static T? Value<T>(string option, string? text, Parser<T> parse, string takes)
        where T : struct => text is null ? null : parse(text, out var value) ? value : throw CliException.BadInput($"{option} '{text}': takes {takes}");
}
