using LoadLab.Model;
using LoadLab.Scenarios;
using LoadLab.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace LoadLab.Cli;

/// <summary>
/// The settings of <c>loadlab swarm</c>: options, <c>--Swarm:Key VALUE</c>, the environment (<c>LOADLAB_Swarm__Rate</c>, <c>Swarm__Rate</c>) and
/// appsettings.json, as for <c>serve</c>.
/// </summary>
internal sealed class SwarmConfiguration
{
    private const string Section = "Swarm";
    private static readonly StandaloneOption TargetOption = new("Target", "--target", "HOST:PORT",
        "Whom: an address in 127.0.0.0/8 or 198.18.0.0/15, or a name that has one, and a port.");
    private static readonly StandaloneOption StartAtOption = new("StartAt", "--start-at", "WHEN", $"When: {StartMoment.Forms}; default at once.");
    private static readonly StandaloneOption WaitOption = new("Wait", "--wait", "DURATION",
        "How long it waits for the server to answer, and for the others; default 2s, and 5m for the others.");
    private readonly Dictionary<string, string> texts;
    private readonly IReadOnlyDictionary<string, string> options;

    private SwarmConfiguration(Dictionary<string, string> texts, IReadOnlyDictionary<string, string> options) => (this.texts, this.options) = (texts, options);

    /// <summary>All of them: three that only a swarm on its own has, and those that a scenario's clients have.</summary>
    public static IReadOnlyList<StandaloneOption> Options { get; } = [TargetOption, StartAtOption, WaitOption,
        .. Settings.Of(Role.Swarm).Select(row => row.Option)];

    /// <summary>Whom it loads.</summary>
    /// <exception cref="CliException">It is not said.</exception>
    public string Target => texts.GetValueOrDefault(TargetOption.Key)
        ?? throw CliException.BadInput(
            $"{TargetOption.Option} is missing: say whom to load, e.g. {TargetOption.Option} 127.0.0.1:9000, or LOADLAB_{Section}__{TargetOption.Key} in "
            + $"the environment");

    /// <summary>When it begins.</summary>
    /// <exception cref="CliException">What is said is not a moment.</exception>
    public StartMoment Start => StartMoment.Of(texts.GetValueOrDefault(StartAtOption.Key), texts.GetValueOrDefault(WaitOption.Key));

    /// <summary>True when it is said how long connections are held.</summary>
    public bool HasHold => texts.ContainsKey(ScenarioSettings.Hold.Option.Key);

    /// <summary>Reads all sources.</summary>
    /// <param name="arguments">Each <c>--Swarm:Key VALUE</c>.</param>
    /// <param name="options">Options by their keys; they win.</param>
    /// <exception cref="CliException">Something in them is not a setting, with every reason.</exception>
    public static SwarmConfiguration Read(string[] arguments, IReadOnlyDictionary<string, string> options)
    {
        var refusals = new List<string>();
        var configuration = new StandaloneConfiguration(Section, [.. Options.Select(option => option.Key)]);
        var found = new Dictionary<string, string>();
        try
        {
            string[] all = [.. arguments, .. options.SelectMany(pair => (string[])[$"--{Section}:{pair.Key}", pair.Value])];
            configuration.RefuseStrayArguments(all, refusals);
            var builder = new ConfigurationBuilder().SetBasePath(Directory.GetCurrentDirectory());
            StandaloneConfiguration.AddSources(builder, Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Production, all);
            foreach (var (key, path, text) in configuration.Read(builder.Build(), refusals))
            {
                found[key] = text ?? "";
                if (text is null)
                {
                    refusals.Add($"{path} has no single value");
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            refusals.Add(e.InnerException is null ? e.Message : $"{e.Message} {e.InnerException.Message}");
        }

        return refusals.Count == 0 ? new SwarmConfiguration(found, options) : throw CliException.BadInput(string.Join('\n', refusals));
    }

    /// <summary>The load, and how long connections are held; a scenario's own reader checks both.</summary>
    /// <exception cref="CliException">A value does not fit, with every reason.</exception>
    public (SwarmSpec Spec, Nanoseconds Hold) Declared()
    {
        var settings = Settings.Of(Role.Swarm).Where(row => texts.ContainsKey(row.Option.Key)).Select(row => (row.Name, texts[row.Option.Key])).ToList();
        var declared = ScenarioFile.Parse("loadlab swarm", "swarm", "claim: a swarm on its own", settings);
        return declared.Value is { } scenario
            ? (scenario.Base.Swarm, scenario.Base.Hold)
            : throw CliException.BadInput(string.Join('\n', declared.Errors.Select(AsGiven)));
    }

    // An error of the reader names --set; people gave an option, or configuration.
    private string AsGiven(ScenarioError error)
    {
        if (Settings.Of(Role.Swarm).FirstOrDefault(candidate => error.Path.StartsWith($"--set {candidate.Name}=", StringComparison.Ordinal)) is not { } row)
        {
            return error.ToString();
        }

        var name = options.ContainsKey(row.Option.Key) ? row.Option.Option : $"{Section}:{row.Option.Key}";
        return $"{name} {error.Path[($"--set {row.Name}=".Length)..]}: {error.Text}";
    }
}
