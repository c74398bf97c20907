using System.Globalization;
using System.Text;
using LoadLab.Fuzz;
using SharpFuzz;

const string Usage = """
    Gives parsers mutated input. Whatever they throw, but the one exception that each documents for bad input, is a fault; so is a result that cannot be.

      LoadLab.Fuzz [--seconds N] [--count N] [--seed S] [--target T]   all targets, or one, in this process; N seconds in all
        --corpus DIR     the corpora (default: tests/LoadLab.Fuzz/corpus)
        --grow DIR       where inputs that reach a new branch are kept; needs instrumented assemblies
        --failures DIR   where inputs that failed are written (default: fuzz-failures)
        --first N        the number of the first mutation, to repeat one
      LoadLab.Fuzz --target T --input FILE     one input
      LoadLab.Fuzz --minimise DIR              copies to DIR, for each target, the smallest inputs of --corpus that reach all its branches
      LoadLab.Fuzz --list                      the targets

    LOADLAB_FUZZ=T makes it the target of libfuzzer-dotnet, LOADLAB_FUZZ_AFL=T that of afl-fuzz: CONTRIBUTING.md says how.
    What is found is told on standard error; targets that are verbs print their reports on standard output. Exit status 1 when an execution failed.
    """;

BranchMap.Install();
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
if (Environment.GetEnvironmentVariable("LOADLAB_FUZZ") is { } forLibFuzzer)
{
    var take = Targets.Named(forLibFuzzer).Take;
    Fuzzer.LibFuzzer.Run(input => take(input));
    return 0;
}

if (Environment.GetEnvironmentVariable("LOADLAB_FUZZ_AFL") is { } forAfl)
{
    var take = Targets.Named(forAfl).Take;
    Fuzzer.OutOfProcess.Run(stream =>
    {
        using var whole = new MemoryStream();
        stream.CopyTo(whole);
        take(whole.GetBuffer().AsSpan(0, (int)whole.Length));
    });
    return 0;
}

var given = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
string[] known = ["--seconds", "--count", "--seed", "--target", "--corpus", "--grow", "--failures", "--first", "--input", "--minimise"];
if (args is ["--list"])
{
    Console.WriteLine(string.Join('\n', Targets.All.Select(target => target.Name)));
    return 0;
}

if (args.Length % 2 != 0 || given.Keys.Except(known).Any() || (given.TryGetValue("--target", out var named) && Targets.Find(named) is null))
{
    Console.Error.WriteLine(Usage);
    return 2;
}

// Standard output is the verbs' own: reports of results folders go there. What verbs say on standard error is not shown.
var console = Console.Error;
Console.SetOut(TextWriter.Null);
Console.SetError(TextWriter.Null);
FuzzTarget[] targets = given.TryGetValue("--target", out var name) ? [Targets.Named(name)] : Targets.All;
var corpora = given.GetValueOrDefault("--corpus", CorpusFolder.Root);
if (given.TryGetValue("--input", out var file))
{
    targets[0].Take(File.ReadAllBytes(file));
    console.WriteLine($"{targets[0].Name}: {file} passes");
    return 0;
}

if (given.TryGetValue("--minimise", out var into))
{
    return targets.All(target => Minimiser.Run(target, Path.Combine(corpora, target.Name), Path.Combine(into, target.Name), console)) ? 0 : 1;
}

double Number(string option, double otherwise) => given.TryGetValue(option, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
var seed = given.TryGetValue("--seed", out var asked) ? ulong.Parse(asked, CultureInfo.InvariantCulture) : (ulong)TimeProvider.System.GetTimestamp();
var options = new CampaignOptions(
    TimeSpan.FromSeconds(Number("--seconds", given.ContainsKey("--count") ? 1e6 : 60) / targets.Sum(target => target.Share)),
    (long)Number("--count", long.MaxValue),
    seed,
    (long)Number("--first", 0),
    corpora,
    given.GetValueOrDefault("--grow"),
    given.GetValueOrDefault("--failures", "fuzz-failures"));
console.WriteLine($"seed {seed}");
var passed = targets.Count(target => new Campaign(target, options, console).Run());
console.WriteLine($"{passed} of {targets.Length} targets passed");
return passed == targets.Length ? 0 : 1;
