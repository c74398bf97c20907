using System.Globalization;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>What the section "Server" says.</summary>
/// <param name="Spec">The server.</param>
/// <param name="Consent">Whether swarms that ask get an answer.</param>
/// <param name="Replicas">How many swarms are awaited before they start together; 0: none.</param>
internal sealed record ServeSettings(ServerSpec Spec, bool Consent = true, int Replicas = 0);

/// <summary>One key of the configuration section "Server": what it allows, and how its text changes the settings.</summary>
/// <param name="Key">As in configuration, without the section.</param>
/// <param name="Allowed">Half a sentence for the user.</param>
/// <param name="Apply">The settings with the text's value; null when the text is not allowed.</param>
internal sealed record ServeSetting(string Key, string Allowed, Func<ServeSettings, string, ServeSettings?> Apply)
{
    private const int MostListeners = 1024;
    private const int MostThreads = 1024;
    private static readonly Nanoseconds LongestTime = Nanoseconds.FromSeconds(3600);

    /// <summary>All keys.</summary>
    public static IReadOnlyList<ServeSetting> All { get; } =
    [
        Spec("Address", "an IPv4 address of this host, like 127.0.0.1, or 0.0.0.0 for all", (spec, text) => AddressRange.TryAddress(text, out _) ? spec with { Address = text } : null),
        Number("Port", 0, 65535, "; 0 lets the kernel pick one", (spec, value) => spec with { Port = value }),
        Number("Backlog", 0, int.MaxValue, "", (spec, value) => spec with { Backlog = value }),
        Number("Listeners", 1, MostListeners, "", (spec, value) => spec with { Listeners = value }),
        Spec("ReusePort", "true or false", (spec, text) => bool.TryParse(text, out var value) ? spec with { ReusePort = value } : null),
        Spec("Accept", AcceptPolicy.Forms, (spec, text) => AcceptPolicy.TryParse(text, out var policy) ? spec with { Accept = policy } : null),
        Number("AcceptThreads", 1, MostThreads, "", (spec, value) => spec with { AcceptThreads = value }),
        Spec("AtLimit", AtLimitPolicy.Forms, (spec, text) => AtLimitPolicy.TryParse(text, out var policy) ? spec with { AtLimit = policy } : null),
        Spec(
            "Connection",
            string.Join(" | ", EnumWords<ConnectionBehaviour>.All),
            (spec, text) => EnumWords<ConnectionBehaviour>.TryParse(text, out var value) ? spec with { Connection = value } : null),
        Time("DeferAccept", Nanoseconds.FromSeconds(1), "s", "30s", (spec, value) => spec with { DeferAccept = value }),
        Time("UserTimeout", Nanoseconds.FromMilliseconds(1), "ms", "1500ms", (spec, value) => spec with { UserTimeout = value }),
        new("Consent", "true or false", (settings, text) => bool.TryParse(text, out var value) ? settings with { Consent = value } : null),
        new("Replicas", $"a whole number from 0 to {Gathering.MostReplicas}", (settings, text) => TryNumber(text, 0, Gathering.MostReplicas, out var value) ? settings with { Replicas = value } : null),
    ];

    private static ServeSetting Spec(string key, string allowed, Func<ServerSpec, string, ServerSpec?> apply) =>
        new(key, allowed, (settings, text) => apply(settings.Spec, text) is { } spec ? settings with { Spec = spec } : null);

    private static bool TryNumber(string text, int low, int high, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= low && value <= high;

    private static ServeSetting Time(string key, Nanoseconds unit, string unitWord, string example, Func<ServerSpec, Nanoseconds, ServerSpec> set) => Spec(
        key,
        $"a time in whole {unitWord} of at most 1h, such as {example}; 0 for off",
        (spec, text) => Nanoseconds.TryParse(text, out var value) && value <= LongestTime && value.Value % unit.Value == 0 ? set(spec, value) : null);

    private static ServeSetting Number(string key, int low, int high, string note, Func<ServerSpec, int, ServerSpec> set) => Spec(
        key,
        $"a whole number from {low} to {high}{note}",
        (spec, text) => TryNumber(text, low, high, out var value) ? set(spec, value) : null);
}
