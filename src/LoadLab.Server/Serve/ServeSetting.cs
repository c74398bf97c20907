using System.Globalization;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>One key of the configuration section "Server": what it allows, and how its text changes a <see cref="ServerSpec"/>.</summary>
/// <param name="Key">As in configuration, without the section.</param>
/// <param name="Allowed">Half a sentence for the user.</param>
/// <param name="Apply">The spec with the text's value; null when the text is not allowed.</param>
internal sealed record ServeSetting(string Key, string Allowed, Func<ServerSpec, string, ServerSpec?> Apply)
{
    private const int MostListeners = 1024;
    private const int MostThreads = 1024;
    private static readonly Nanoseconds LongestTime = Nanoseconds.FromSeconds(3600);

    /// <summary>All keys.</summary>
    public static IReadOnlyList<ServeSetting> All { get; } =
    [
        new("Address", "an IPv4 address of this host, like 127.0.0.1, or 0.0.0.0 for all", (spec, text) => AddressRange.TryAddress(text, out _) ? spec with { Address = text } : null),
        Number("Port", 0, 65535, "; 0 lets the kernel pick one", (spec, value) => spec with { Port = value }),
        Number("Backlog", 0, int.MaxValue, "", (spec, value) => spec with { Backlog = value }),
        Number("Listeners", 1, MostListeners, "", (spec, value) => spec with { Listeners = value }),
        new("ReusePort", "true or false", (spec, text) => bool.TryParse(text, out var value) ? spec with { ReusePort = value } : null),
        new("Accept", AcceptPolicy.Forms, (spec, text) => AcceptPolicy.TryParse(text, out var policy) ? spec with { Accept = policy } : null),
        Number("AcceptThreads", 1, MostThreads, "", (spec, value) => spec with { AcceptThreads = value }),
        new("AtLimit", AtLimitPolicy.Forms, (spec, text) => AtLimitPolicy.TryParse(text, out var policy) ? spec with { AtLimit = policy } : null),
        new(
            "Connection",
            string.Join(" | ", EnumWords<ConnectionBehaviour>.All),
            (spec, text) => EnumWords<ConnectionBehaviour>.TryParse(text, out var value) ? spec with { Connection = value } : null),
        Time("DeferAccept", Nanoseconds.FromSeconds(1), "s", "30s", (spec, value) => spec with { DeferAccept = value }),
        Time("UserTimeout", Nanoseconds.FromMilliseconds(1), "ms", "1500ms", (spec, value) => spec with { UserTimeout = value }),
    ];

    private static ServeSetting Time(string key, Nanoseconds unit, string unitWord, string example, Func<ServerSpec, Nanoseconds, ServerSpec> set) => new(
        key,
        $"a time in whole {unitWord} of at most 1h, such as {example}; 0 for off",
        (spec, text) => Nanoseconds.TryParse(text, out var value) && value <= LongestTime && value.Value % unit.Value == 0 ? set(spec, value) : null);

    private static ServeSetting Number(string key, int low, int high, string note, Func<ServerSpec, int, ServerSpec> set) => new(
        key,
        $"a whole number from {low} to {high}{note}",
        (spec, text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high ? set(spec, value) : null);
}
