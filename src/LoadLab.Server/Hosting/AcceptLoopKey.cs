using System.Globalization;
using LoadLab.Model;
using Microsoft.Extensions.Configuration;

namespace LoadLab.Server;

/// <summary>One property of <see cref="AcceptLoopOptions"/>, and the setting that says what it may be.</summary>
/// <param name="Row">The setting.</param>
/// <param name="Text">The property as text; null where it says nothing.</param>
/// <param name="Take">Sets the property from a server that has the setting's value.</param>
internal sealed record AcceptLoopKey(Setting<ServerSpec> Row, Func<AcceptLoopOptions, string?> Text, Action<AcceptLoopOptions, ServerSpec> Take)
{
    /// <summary>One for each setting that a server on its own has.</summary>
    public static IReadOnlyList<AcceptLoopKey> All { get; } =
    [
        new(ServerSettings.Address, options => options.Address, (options, spec) => options.Address = spec.Address),
        new(ServerSettings.Port, options => Whole(options.Port), (options, spec) => options.Port = spec.Port),
        new(ServerSettings.Backlog, options => Whole(options.Backlog), (options, spec) => options.Backlog = spec.Backlog),
        new(ServerSettings.Listeners, options => Whole(options.Listeners), (options, spec) => options.Listeners = spec.Listeners),
        new(ServerSettings.ReusePort, options => options.ReusePort ? "true" : "false", (options, spec) => options.ReusePort = spec.ReusePort),
        new(ServerSettings.Accept, options => options.Accept, (options, spec) => options.Accept = spec.Accept.ToString()),
        new(ServerSettings.AcceptThreads, options => Whole(options.AcceptThreads), (options, spec) => options.AcceptThreads = spec.AcceptThreads),
        new(ServerSettings.AtLimit, options => options.AtLimit, (options, spec) => options.AtLimit = spec.AtLimit.ToString()),
        new(ServerSettings.Connection, options => options.Connection,
            (options, spec) => options.Connection = EnumWords<ConnectionBehaviour>.Of(spec.Connection)),
        new(ServerSettings.DeferAccept, options => options.DeferAccept, (options, spec) => options.DeferAccept = TextOf(spec.DeferAccept)),
        new(ServerSettings.UserTimeout, options => options.UserTimeout, (options, spec) => options.UserTimeout = TextOf(spec.UserTimeout)),
        new(ServerSettings.Keepalive, options => options.Keepalive is { Length: > 0 } text ? text : null,
            (options, spec) => options.Keepalive = spec.Keepalive?.ToString() ?? ""),
    ];

    /// <summary>The name of the property, and of the key in a configuration section.</summary>
    public string Name => Row.Option.Key;

    /// <summary>Fills options from a server's settings.</summary>
    public static void Fill(AcceptLoopOptions options, ServerSpec spec)
    {
        foreach (var key in All)
        {
            key.Take(options, spec);
        }
    }

    /// <summary>Fills options from a section; what it has that is no setting, or no value of one, is kept for the validation.</summary>
    public static void Fill(AcceptLoopOptions options, IConfigurationSection section)
    {
        var names = All.Select(key => key.Name).ToList();
        foreach (var (name, path, text) in StandaloneConfiguration.Entries(section, names, options.Refusals))
        {
            var key = All.First(known => known.Name == name);
            if (text is not null && key.Row.TryApply(new ServerSpec(), text, out var spec, isAlone: true))
            {
                key.Take(options, spec);
            }
            else
            {
                options.Refusals.Add(text is null ? $"{path} has no single value: allowed is {key.Row.WordsAlone}" : key.Refusal(path, text));
            }
        }
    }

    /// <summary>The server that options describe, and a sentence for each value that is not allowed.</summary>
    /// <param name="options">The options.</param>
    /// <param name="owner">What the keys are said to be of.</param>
    /// <param name="refusals">Gets the sentences.</param>
    public static ServerSpec Spec(AcceptLoopOptions options, string owner, ICollection<string> refusals)
    {
        var spec = new ServerSpec();
        foreach (var key in All)
        {
            if (key.Text(options) is { } text && !key.Row.TryApply(spec, text, out spec, isAlone: true))
            {
                refusals.Add(key.Refusal($"{owner}:{key.Name}", text));
            }
        }

        return spec;
    }

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string TextOf(Nanoseconds time) => time.ToString().Replace(" ", "", StringComparison.Ordinal);

    private string Refusal(string path, string text) => $"{path} is '{text}': allowed is {Row.WordsAlone}";
}
