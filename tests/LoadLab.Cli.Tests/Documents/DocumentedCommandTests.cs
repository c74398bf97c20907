using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using LoadLab.Judging;
using LoadLab.Judging.Sizing;
using LoadLab.Runs.Sizing;
using LoadLab.Scenarios;
using LoadLab.Scenarios.Tunings;

namespace LoadLab.Cli.Tests;

/// <summary>Each command of README, docs and <c>--help</c> is one of this program: verb, options, scenarios, settings, tunings and conditions.</summary>
public sealed partial class DocumentedCommandTests
{
    private const int Patience = 1000;

    private static readonly RootCommand Root = CommandLine.Root();
    private static readonly string Scenarios = Path.Combine(Launcher.Root, "scenarios");
    private static readonly ScenarioCatalog Catalog = new(Scenarios);
    private static readonly string[] OfScenarios = ["run", "plan", "compare", "size", "textbook"];

    public static TheoryData<string, string, bool> Commands =>
        [.. DocumentedCommand.Pages.SelectMany(DocumentedCommand.In).Concat(Examples(Root)).Select(one => (one.Place, one.Line, one.IsWhole))];

    public static TheoryData<string> Pages =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Launcher.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Launcher.Root, "README.md")).Select(path => Path.GetRelativePath(Launcher.Root, path)).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void ThereAreCommands() => Assert.InRange(Commands.Count, 150, int.MaxValue);

    [Theory]
    [MemberData(nameof(Commands))]
    public void ItsPartsExist(string place, string line, bool isWhole)
    {
        var words = ShellWords.Of(line);
        var parsed = Root.Parse(words);
        var mistakes = UsageMistakes.Of(parsed, words).Where(mistake => isWhole || !IsLeftOut(mistake));
        Assert.True(!mistakes.Any(), $"{place}: loadlab {line}: {string.Join("; ", mistakes)}");
        var verb = parsed.CommandResult.Command.Name;
        var named = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(one => one.Tokens).Select(one => one.Value).ToList();
        if (verb == "help")
        {
            Assert.All(named, name => Assert.Contains(name, Root.Subcommands.Select(one => one.Name)));
        }

        if (OfScenarios.Contains(verb))
        {
            HasItsScenarios(verb, [.. named.Where(name => !IsOfTheReader(name))], Settings(parsed));
        }

        HasItsTunings(Values(parsed, "--tuning"), Values(parsed, "--each"), Values(parsed, "--fail-if"));
        Assert.All(
            Values(parsed, "--until").Concat(Values(parsed, "--slo")),
            text => Assert.True(SizeCondition.TryParse(text, out var problem) is not null, $"{place}: {problem}"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryScenarioThatAPageNamesExists(string page)
    {
        var folders = Catalog.Names.Select(name => name.Split('/')[0]).ToHashSet();
        var names = Name().Matches(File.ReadAllText(Path.Combine(Launcher.Root, page))).Select(match => match.Value)
            .Where(name => folders.Contains(name.Split('/')[0])).Distinct();
        Assert.Empty(names.Except(Catalog.Names));
    }

    // Those of a TCP session are told in textbook.md.
    [Fact]
    public void EveryScenarioIsExplained() => Assert.All(
        Catalog.Names.Where(name => !name.StartsWith("tcp-session/", StringComparison.Ordinal) && !name.StartsWith("limits/", StringComparison.Ordinal)),
        name =>
        {
            var page = $"scenarios/{name.Split('/')[0]}.md";
            var folder = Path.Combine(Launcher.Root, "docs", "explanation");
            Assert.Contains($"\n## {name}\n", File.ReadAllText(Path.Combine(folder, page)), StringComparison.Ordinal);
            Assert.Contains($"[{name}]({page}#", File.ReadAllText(Path.Combine(folder, "scenarios.md")), StringComparison.Ordinal);
        });

    private static IEnumerable<DocumentedCommand> Examples(Command command) =>
        (command as Verb)?.Examples.Select(example => new DocumentedCommand($"{command.Name} --help", example["loadlab ".Length..], IsWhole: true))
            .Concat(command.Subcommands.SelectMany(Examples)) ?? command.Subcommands.SelectMany(Examples);

    private static void HasItsScenarios(string verb, List<string> names, List<string> settings)
    {
        var pairs = settings.Select(text => ScenarioFile.TryParseSetting(text, out var setting) ? setting : throw new InvalidDataException(text)).ToList();
        foreach (var name in names.Where(name => !IsOfTheVerb(verb, name)))
        {
            var references = new ScenarioSelection(Catalog).Of([name]);
            Assert.True(references.Errors.IsEmpty, string.Join('\n', references.Errors));
            foreach (var reference in references.Value!)
            {
                var declared = ScenarioFile.Load(reference.Path, reference.Name, pairs);
                Assert.True(declared.Errors.IsEmpty, string.Join('\n', declared.Errors));
            }
        }
    }

    private static void HasItsTunings(string[] named, string[] lines, string[] conditions)
    {
        var tunings = new TuningCatalog(Path.Combine(Scenarios, "tunings")).Resolve(named, lines);
        Assert.True(tunings.Errors.IsEmpty, string.Join('\n', tunings.Errors));
        foreach (var text in conditions)
        {
            Assert.True(FailCondition.TryParse(text, out var condition), text);
            Assert.Null(named.Length == 0 ? null : condition!.Problem([.. tunings.Value!.Select(tuning => tuning.Name)]));
        }
    }

    // A sentence may name a verb without its arguments, and stand for a number with a word in capitals.
    private static bool IsLeftOut(string mistake) =>
        mistake.StartsWith("Required argument", StringComparison.Ordinal) || mistake.StartsWith("Cannot parse", StringComparison.Ordinal);

    // A target of size, a folder of the textbook.
    private static bool IsOfTheVerb(string verb, string name) => verb switch
    {
        "size" => SizeTargets.All.Any(target => target.Name == name),
        "textbook" => Directory.Exists(Path.Combine(Scenarios, name)),
        _ => false,
    };

    // What --subject and --target say is a setting too.
    private static List<string> Settings(ParseResult parsed) =>
    [
        .. Values(parsed, "--set").Where(text => !IsOfTheReader(text)),
        .. Values(parsed, "--sandbox").Where(text => !IsOfTheReader(text)).Select(text => $"sandbox={text}"),
        .. Values(parsed, "--subject").Select(text => $"subject.command={text}"),
        .. Values(parsed, "--target").Where(text => text.Contains(':')).Select(text => $"subject.target={text}"),
        .. Values(parsed, "--find").Select(text => $"{text}=1"),
    ];

    private static string[] Values(ParseResult parsed, string option) =>
    [
        .. parsed.CommandResult.Children.OfType<OptionResult>().Where(one => one.Option.Name == option)
            .SelectMany(one => one.Tokens).Select(one => one.Value),
    ];

    // A file or a folder of the reader's own, and a word in capitals that stands for one.
    private static bool IsOfTheReader(string word) =>
        word.EndsWith(".yaml", StringComparison.Ordinal) || word.StartsWith("results/", StringComparison.Ordinal) || Placeholder().IsMatch(word);

    [GeneratedRegex(@"(?<![\w/.-])[a-z]+(-[a-z]+)*/[a-z0-9]+(-[a-z0-9]+)*(?![\w/.*-])", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Name();

    [GeneratedRegex(@"(^|[=/.])[A-Z]+$", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Placeholder();
}
