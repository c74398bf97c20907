using System.Globalization;
using System.Text.Json.Nodes;
using LoadLab.Model;

namespace LoadLab.Planning.Keys;

/// <summary>The forms that scenario files use.</summary>
internal static class Forms
{
    /// <summary>The longest time that a scenario may ask for in one value.</summary>
    public static readonly Nanoseconds LongestTime = Nanoseconds.FromSeconds(3600);

    private static readonly Nanoseconds OneSecond = Nanoseconds.FromSeconds(1);
    private static readonly Nanoseconds OneMillisecond = Nanoseconds.FromMilliseconds(1);

    private const string DurationPattern = @"^\d+(\.\d+)? ?(ns|us|µs|ms|s|m|min|h)$";

    /// <summary>Any text that says something.</summary>
    public static ScalarForm<string> Text { get; } = new(
        "a text",
        (string text, out string value) => (value = text.Trim()).Length > 0,
        () => new JsonObject { ["type"] = "string", ["minLength"] = 1 });

    /// <summary>Text or a number, kept as written: what a sysctl or an expectation takes.</summary>
    public static ScalarForm<string> TextOrNumber { get; } = new(
        "a number or a text",
        (string text, out string value) => (value = text.Trim()).Length > 0,
        () => new JsonObject { ["type"] = new JsonArray("string", "number") });

    /// <summary>true or false.</summary>
    public static ScalarForm<bool> Boolean { get; } = new(
        "true or false",
        (string text, out bool value) => bool.TryParse(text, out value),
        () => new JsonObject { ["type"] = "boolean" });

    /// <summary>A time with its unit, up to an hour.</summary>
    public static ScalarForm<Nanoseconds> Duration { get; } = new(
        "a time with its unit of at most 1h, such as 500ms, 4s or 1.5m",
        (string text, out Nanoseconds value) => Nanoseconds.TryParse(text, out value) && value <= LongestTime,
        () => new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["const"] = 0 }, new JsonObject { ["type"] = "string", ["pattern"] = DurationPattern }) });

    /// <summary>A time in whole seconds, the kernel's unit of TCP_DEFER_ACCEPT.</summary>
    public static ScalarForm<Nanoseconds> Seconds { get; } = new(
        "a time in whole seconds of at most 1h, such as 30s, or 0 for off",
        (string text, out Nanoseconds value) => Nanoseconds.TryParse(text, out value) && value <= LongestTime && value.Value % OneSecond.Value == 0,
        Duration.Schema);

    /// <summary>A time in whole milliseconds, the kernel's unit of TCP_USER_TIMEOUT.</summary>
    public static ScalarForm<Nanoseconds> Milliseconds { get; } = new(
        "a time in whole milliseconds of at most 1h, such as 1500ms, or 0 for off",
        (string text, out Nanoseconds value) => Nanoseconds.TryParse(text, out value) && value <= LongestTime && value.Value % OneMillisecond.Value == 0,
        Duration.Schema);

    /// <summary>A longest retransmission time-out: what TCP_RTO_MAX_MS takes (net/ipv4/tcp.c do_tcp_setsockopt).</summary>
    public static ScalarForm<Nanoseconds> RtoMax { get; } = new(
        "a time in whole milliseconds from 1s to 120s, such as 2s",
        (string text, out Nanoseconds value) => Nanoseconds.TryParse(text, out value) && value >= OneSecond && value <= Nanoseconds.FromSeconds(120) && value.Value % OneMillisecond.Value == 0,
        Duration.Schema);

    /// <summary>How many a second.</summary>
    public static ScalarForm<Rate> Rate { get; } = new(
        "how many a second, over 0 and at most ten million, such as 200/s or 6000/min",
        (string text, out Rate value) => Model.Rate.TryParse(text, out value),
        () => new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = 0 }, new JsonObject { ["type"] = "string", ["pattern"] = @"^\d+(\.\d+)?(/(s|m|min))?$" }) });

    /// <summary>When accept() is called.</summary>
    public static ScalarForm<AcceptPolicy> AcceptPolicy { get; } = new(
        Model.AcceptPolicy.Forms + ", times at most 1h",
        (string text, out AcceptPolicy value) => Model.AcceptPolicy.TryParse(text, out value) && value.After <= LongestTime && value.For <= LongestTime,
        () => new JsonObject { ["type"] = "string", ["pattern"] = @"^(never|eager|paced \S+|stalled \S+ \S+)$" },
        [.. EnumWords<AcceptPolicyKind>.All]);

    /// <summary>What an accept loop does at the fd limit.</summary>
    public static ScalarForm<AtLimitPolicy> AtLimitPolicy { get; } = new(
        Model.AtLimitPolicy.Forms + ", times over 0 and at most 1h",
        (string text, out AtLimitPolicy value) => Model.AtLimitPolicy.TryParse(text, out value) && value.First <= LongestTime && value.Longest <= LongestTime,
        () => new JsonObject { ["type"] = "string", ["pattern"] = @"^(spin|sleep \S+|backoff \S+ \S+|pause \S+|shed)$" },
        [.. EnumWords<AtLimitKind>.All]);

    /// <summary>An address that load may go to.</summary>
    public static ScalarForm<string> Address { get; } = new(
        "an address in 127.0.0.0/8 or 198.18.0.0/15, the only ones that load may go to",
        (string text, out string value) => AddressRange.TryAddress(value = text, out var address) && AddressRange.IsHarmlessAddress(address),
        () => new JsonObject { ["type"] = "string", ["format"] = "ipv4" });

    /// <summary>An address of a sandbox where nobody answers.</summary>
    public static ScalarForm<string?> SilentTarget { get; } = new(
        $"an address in 198.18.0.0/15 ({AddressRange.Benchmark}), where nobody answers",
        (string text, out string? value) => AddressRange.TryAddress((value = text)!, out var address) && AddressRange.Benchmark.Contains(address),
        () => new JsonObject { ["type"] = "string", ["format"] = "ipv4" });

    /// <summary>Addresses that load may come from.</summary>
    public static ScalarForm<AddressRange?> Sources { get; } = new(
        "an address or a range (127.1.0.1-127.1.0.9) in 127.0.0.0/8 or 198.18.0.0/15, the only ones that load may come from",
        (string text, out AddressRange? value) =>
        {
            var isRange = AddressRange.TryParse(text, out var range) && range.IsHarmless;
            value = range;
            return isRange;
        },
        () => new JsonObject { ["type"] = "string" });

    /// <summary>Consecutive ports.</summary>
    public static ScalarForm<PortRange> Ports { get; } = new(
        "two ports from 1 to 65535 with a hyphen between them, the lower one first, such as 20000-20099",
        (string text, out PortRange value) => PortRange.TryParse(text, out value),
        () => new JsonObject { ["type"] = "string", ["pattern"] = @"^\d{1,5}( ?- ?\d{1,5})?$" });

    /// <summary>A number of worker processes, or auto.</summary>
    public static ScalarForm<int?> Workers { get; } = new(
        $"a whole number from 1 to {MostWorkers}, or auto",
        (string text, out int? value) =>
        {
            var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostWorkers;
            value = isNumber ? number : null;
            return isNumber || text == "auto";
        },
        () => new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["const"] = "auto" }, new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = MostWorkers }) });

    /// <summary>The most worker processes: beyond that they take each other's CPU, whatever they hold.</summary>
    public const int MostWorkers = 64;

    /// <summary>A resource limit: a number, or unlimited.</summary>
    public static ScalarForm<long?> Limit { get; } = new(
        "a whole number from 0 on, or unlimited",
        (string text, out long? value) =>
        {
            var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            value = isNumber ? number : long.MaxValue;
            return isNumber || text == "unlimited";
        },
        () => new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["const"] = "unlimited" }, new JsonObject { ["type"] = "integer", ["minimum"] = 0 }) });

    /// <summary>A whole number in a range.</summary>
    public static ScalarForm<int> Whole(int low, int high) => new(
        $"a whole number from {low} to {high}",
        (string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= low && value <= high,
        () => new JsonObject { ["type"] = "integer", ["minimum"] = low, ["maximum"] = high });

    /// <summary>One of an enum's words.</summary>
    public static ScalarForm<T> Word<T>(params T[] except)
        where T : struct, Enum
    {
        string[] words = [.. EnumWords<T>.All.Except(except.Select(EnumWords<T>.Of))];
        return new(
            string.Join(" | ", words),
            (string text, out T value) => EnumWords<T>.TryParse(text, out value) && words.Contains(text),
            () => new JsonObject { ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) },
            words);
    }
}
