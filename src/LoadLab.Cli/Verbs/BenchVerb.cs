using System.CommandLine;
using System.Text.Json;

namespace LoadLab.Cli;

/// <summary><c>loadlab bench NAME</c>.</summary>
internal static class BenchVerb
{
    private const int LeastRounds = 5;

    public static Command Create()
    {
        IEnumerable<string> cases =
            [.. BenchCase.All.Select(bench => $"{bench.Name}: {bench.About}"), $"{ViewBench.Name}: {ViewBench.About}",
                $"{SyscallBench.Name}: {SyscallBench.About}"];
        var name = new Argument<string>("name") { Description = string.Join("; ", cases), HelpName = "NAME", CompletionSources = { _ => Names } };
        var rounds = new Option<int>("--rounds") { Description = $"How many rounds, at least {LeastRounds}", DefaultValueFactory = _ => LeastRounds };
        var json = CommonOptions.Json("the result");
        var command = new Verb(
            "bench",
            "Measures the cost of LoadLab itself against a C program, or with and without instruments, and prints the ratio",
            [
                "loadlab bench churn",
                "loadlab bench syscalls",
            ]) { name, rounds, json };
        command.SetAction((result, _) => RunAsync(result.GetValue(name)!, result.GetValue(rounds), result.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(string name, int rounds, bool json)
    {
        var bench = BenchCase.All.FirstOrDefault(candidate => candidate.Name == name);
        if (!Names.Contains(name))
        {
            throw CliException.BadInput($"there is no bench '{name}': there is {string.Join(" and ", Names)}");
        }

        if (rounds is < LeastRounds or > 1000)
        {
            throw CliException.BadInput($"--rounds {rounds}: takes {LeastRounds} to 1000, since fewer say nothing on a shared machine");
        }

        using var interruption = new Interruption();
        Action<string> progress = line => Console.Error.WriteLine(line);
        var result = await (bench is not null ? new BenchRun(bench, rounds, progress).RunAsync(interruption.Token)
            : name == ViewBench.Name ? new ViewBench(rounds, progress).RunAsync(interruption.Token)
            : new SyscallBench(rounds, progress).RunAsync(interruption.Token));
        Console.Out.WriteLine(json ? JsonSerializer.Serialize(result, BenchJson.Default.BenchResult) : InWords(result));
        foreach (var call in json ? [] : result.Calls ?? [])
        {
            Console.Out.WriteLine($"  {call.Name,-8} {call.NsPerCall,7:0} ns a call  {call.Ratio:0.00} x");
        }

        return ExitStatus.Held;
    }

    private static string InWords(BenchResult result)
    {
        var ratio = result.RatioInterval is [var low, var high]
            ? $"median of ratios {result.Ratio:0.000} ({low:0.000} to {high:0.000}) over {result.Rounds.Length} pairs"
            : $"ratio of medians {result.Ratio:0.00} over {result.Rounds.Length} rounds";
        var lost = result.Lost is { } packets ? $"; {packets} samples and packets lost" : "";
        var drawing = result.OwnShare is { } share ? $"; drawing took {share:P1} of the processors" : "";
        return $"{result.Bench}: ours {result.Ours:0} {result.Unit}, {result.ReferenceIs}: {result.Reference:0}; {ratio}{lost}{drawing}";
    }

    private static IEnumerable<string> Names => BenchCase.All.Select(candidate => candidate.Name).Append(ViewBench.Name).Append(SyscallBench.Name);
}
