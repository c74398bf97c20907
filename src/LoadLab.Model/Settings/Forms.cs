using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace LoadLab.Model;

/// <summary>The forms that values have in scenario files, options and configuration.</summary>
public static class Forms
{
    private const int TitleLength = 60;

    /// <summary>The longest time that a scenario may ask for in one value.</summary>
    public static readonly Nanoseconds LongestTime = Nanoseconds.FromSeconds(3600);

    private static readonly Nanoseconds OneSecond = Nanoseconds.FromSeconds(1);
    private static readonly Nanoseconds OneMillisecond = Nanoseconds.FromMilliseconds(1);

    private const string DurationPattern = @"^\d+(\.\d+)? ?(ns|us|µs|ms|s|m|min|h)$";

    /// <summary>Any text that says something.</summary>
    public static TextForm<string> Text { get; } = new(
        "a text",
        (string text, out string value) => (value = text.Trim()).Length > 0,
        () => new JsonObject { ["type"] = "string", ["minLength"] = 1 },
        standsFor: "TEXT");

    /// <summary>A text that fits a line of a list.</summary>
    public static TextForm<string> Title { get; } = new(
        $"a text of at most {TitleLength} characters",
        (string text, out string value) => (value = text.Trim()).Length is > 0 and <= TitleLength,
        () => new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = TitleLength },
        standsFor: "TEXT");

    /// <summary>The path of a file, which may be missing.</summary>
    public static TextForm<string?> Path { get; } = new(
        "a path",
        (string text, out string? value) => (value = text.Trim()).Length > 0,
        Text.Schema,
        standsFor: "PATH");

    /// <summary>Text or a number, kept as written: what a sysctl or an expectation takes.</summary>
    public static TextForm<string> TextOrNumber { get; } = new(
        "a number or a text",
        (string text, out string value) => (value = text.Trim()).Length > 0,
        () => new JsonObject { ["type"] = new JsonArray("string", "number") },
        standsFor: "TEXT");

    /// <summary>true or false.</summary>
    public static TextForm<bool> Boolean { get; } = new(
        "true or false",
        (string text, out bool value) => bool.TryParse(text, out value),
        () => new JsonObject { ["type"] = "boolean" },
        standsFor: "true|false");

    /// <summary>A time with its unit, up to an hour.</summary>
    public static TextForm<Nanoseconds> Duration { get; } = new(
        "a time with its unit of at most 1h, such as 500ms, 4s or 1.5m",
        (string text, out Nanoseconds value) => Nanoseconds.TryParse(text, out value) && value <= LongestTime,
        () => new JsonObject { ["anyOf"] = new JsonArray(
            new JsonObject { ["const"] = 0 }, new JsonObject { ["type"] = "string", ["pattern"] = DurationPattern }) },
        standsFor: "DURATION");

    /// <summary>A time in whole seconds, the kernel's unit of TCP_DEFER_ACCEPT.</summary>
    public static TextForm<Nanoseconds> Seconds { get; } = new(
        "a time in whole seconds of at most 1h, such as 30s, or 0 for off",
        (string text, out Nanoseconds value) => Nanoseconds.TryParse(text, out value) && value <= LongestTime && value.Value % OneSecond.Value == 0,
        Duration.Schema,
        standsFor: "DURATION");

    /// <summary>A time in whole milliseconds, the kernel's unit of TCP_USER_TIMEOUT.</summary>
    public static TextForm<Nanoseconds> Milliseconds { get; } = new(
        "a time in whole milliseconds of at most 1h, such as 1500ms, or 0 for off",
        (string text, out Nanoseconds value) => Nanoseconds.TryParse(text, out value) && value <= LongestTime && value.Value % OneMillisecond.Value == 0,
        Duration.Schema,
        standsFor: "DURATION");

    /// <summary>SO_KEEPALIVE with its three times.</summary>
    public static TextForm<Keepalive?> Keepalive { get; } = new(
        $"IDLE INTERVAL COUNT, two times in whole seconds of at most 1h and 1 to {Model.Keepalive.MostProbes} probes, such as 60s 10s 6",
        (string text, out Keepalive? value) => Model.Keepalive.TryParse(text, out value),
        () => new JsonObject { ["type"] = "string", ["pattern"] = @"^\S+ \S+ \d{1,3}$" },
        standsFor: "\"IDLE INTERVAL COUNT\"")
    {
        Parts = ["idle", "interval", "count"],
    };

    /// <summary>A longest retransmission time-out: what TCP_RTO_MAX_MS takes (net/ipv4/tcp.c do_tcp_setsockopt).</summary>
    public static TextForm<Nanoseconds> RtoMax { get; } = new(
        "a time in whole milliseconds from 1s to 120s, such as 2s",
        (string text, out Nanoseconds value) => Nanoseconds.TryParse(text, out value) && value >= OneSecond && value <= Nanoseconds.FromSeconds(120)
            && value.Value % OneMillisecond.Value == 0,
        Duration.Schema,
        standsFor: "DURATION");

    /// <summary>How many a second.</summary>
    public static TextForm<Rate> Rate { get; } = new(
        "how many a second, over 0 and at most ten million, such as 200/s or 6000/min",
        (string text, out Rate value) => Model.Rate.TryParse(text, out value),
        () => new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = 0 },
        new JsonObject { ["type"] = "string", ["pattern"] = @"^\d+(\.\d+)?(/(s|m|min))?$" }) },
        standsFor: "RATE");

    /// <summary>When accept() is called.</summary>
    public static TextForm<AcceptPolicy> AcceptPolicy { get; } = new(
        Model.AcceptPolicy.Forms + ", times at most 1h",
        (string text, out AcceptPolicy value) => Model.AcceptPolicy.TryParse(text, out value) && value.After <= LongestTime && value.For <= LongestTime,
        () => new JsonObject { ["type"] = "string", ["pattern"] = @"^(never|eager|paced \S+|stalled \S+ \S+)$" },
        [.. EnumWords<AcceptPolicyKind>.All],
        standsFor: "POLICY");

    /// <summary>What an accept loop does at the fd limit.</summary>
    public static TextForm<AtLimitPolicy> AtLimitPolicy { get; } = new(
        Model.AtLimitPolicy.Forms + ", times over 0 and at most 1h",
        (string text, out AtLimitPolicy value) => Model.AtLimitPolicy.TryParse(text, out value) && value.First <= LongestTime && value.Longest <= LongestTime,
        () => new JsonObject { ["type"] = "string", ["pattern"] = @"^(spin|sleep \S+|backoff \S+ \S+|pause \S+|shed)$" },
        [.. EnumWords<AtLimitKind>.All],
        standsFor: "POLICY");

    /// <summary>An address that load may go to.</summary>
    public static TextForm<string> Address { get; } = new(
        "an address in 127.0.0.0/8 or 198.18.0.0/15, the only ones that load may go to",
        (string text, out string value) => AddressRange.TryAddress(value = text, out var address) && AddressRange.IsHarmlessAddress(address),
        () => new JsonObject { ["type"] = "string", ["format"] = "ipv4" },
        standsFor: "ADDRESS");

    /// <summary>An address of a sandbox where no host answers.</summary>
    public static TextForm<string?> SilentTarget { get; } = new(
        $"an address in 198.18.0.0/15 ({AddressRange.Benchmark}), where no host answers",
        (string text, out string? value) => AddressRange.TryAddress((value = text)!, out var address) && AddressRange.Benchmark.Contains(address),
        () => new JsonObject { ["type"] = "string", ["format"] = "ipv4" },
        standsFor: "ADDRESS");

    /// <summary>Addresses that load may come from.</summary>
    public static TextForm<AddressRange?> Sources { get; } = new(
        "an address or a range (127.1.0.1-127.1.0.9) in 127.0.0.0/8 or 198.18.0.0/15, the only ones that load may come from",
        (string text, out AddressRange? value) =>
        {
            var isRange = AddressRange.TryParse(text, out var range) && range.IsHarmless;
            value = range;
            return isRange;
        },
        () => new JsonObject { ["type"] = "string" },
        standsFor: "RANGE");

    /// <summary>Consecutive ports.</summary>
    public static TextForm<PortRange> Ports { get; } = new(
        "two ports from 1 to 65535 with a hyphen between them, the lower one first, such as 20000-20099",
        (string text, out PortRange value) => PortRange.TryParse(text, out value),
        () => new JsonObject { ["type"] = "string", ["pattern"] = @"^\d{1,5}( ?- ?\d{1,5})?$" },
        standsFor: "RANGE");

    /// <summary>A number of worker processes, or auto.</summary>
    public static TextForm<int?> Workers { get; } = new(
        $"a whole number from 1 to {MostWorkers}, or auto",
        (string text, out int? value) =>
        {
            var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostWorkers;
            value = isNumber ? number : null;
            return isNumber || text == "auto";
        },
        () => new JsonObject { ["anyOf"] = new JsonArray(
            new JsonObject { ["const"] = "auto" }, new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = MostWorkers }) },
        standsFor: "N");

    /// <summary>The most worker processes: beyond that they take each other's CPU, whatever they hold.</summary>
    public const int MostWorkers = 64;

    /// <summary>A resource limit: a number, or unlimited.</summary>
    public static TextForm<long?> Limit { get; } = new(
        "a whole number from 0 on, or unlimited",
        (string text, out long? value) =>
        {
            var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            value = isNumber ? number : long.MaxValue;
            return isNumber || text == "unlimited";
        },
        () => new JsonObject { ["anyOf"] = new JsonArray(
            new JsonObject { ["const"] = "unlimited" }, new JsonObject { ["type"] = "integer", ["minimum"] = 0 }) },
        standsFor: "N");

    /// <summary>Addresses that the scripted peer sends from.</summary>
    public static TextForm<AddressRange> PeerSources { get; } = new(
        $"an address or a range in 198.18.0.0/15, such as {AddressRange.Benchmark}",
        (string text, out AddressRange value) => AddressRange.TryParse(text, out value) && value.First >= AddressRange.Benchmark.First
            && value.Last <= AddressRange.Benchmark.Last,
        () => new JsonObject { ["type"] = "string" },
        standsFor: "RANGE");

    /// <summary>Where an external server listens.</summary>
    public static TextForm<(string Address, int Port)> Target { get; } = new(
        "ADDRESS:PORT with an address in 127.0.0.0/8 or 198.18.0.0/15, the only ones that load may go to, such as 127.0.0.1:8080",
        (string text, out (string Address, int Port) value) =>
        {
            var colon = text.LastIndexOf(':');
            value = colon < 0 ? default : (text[..colon], int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                ? port : 0);
            return value.Port is > 0 and <= 65535 && AddressRange.TryAddress(value.Address, out var address) && AddressRange.IsHarmlessAddress(address);
        },
        () => new JsonObject { ["type"] = "string", ["pattern"] = @"^[0-9.]+:\d+$" },
        standsFor: "ADDRESS:PORT");

    /// <summary>A program with its arguments, as one text for a shell.</summary>
    public static TextForm<ImmutableArray<string>> ShellCommand { get; } = new(
        "a program with its arguments: a list such as [nginx, -c, FILE], or one text for sh -c",
        (string text, out ImmutableArray<string> value) => (value = text.Length > 0 ? ["sh", "-c", text] : []).Length > 0,
        () => new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "string", ["minLength"] = 1 },
                new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["type"] = new JsonArray("string", "number") } }),
        },
        standsFor: "COMMAND");

    /// <summary>An address of this machine that a server on its own listens on.</summary>
    public static TextForm<string> OwnAddress { get; } = new(
        "an IPv4 address of this host, like 127.0.0.1, or 0.0.0.0 for all",
        (string text, out string value) => AddressRange.TryAddress(value = text, out _),
        Address.Schema,
        standsFor: "ADDRESS");

    /// <summary>The same, of a value that may be missing.</summary>
    public static TextForm<T?> OrNone<T>(TextForm<T> form)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(form);
        return new(
            form.Words,
            (string text, out T? value) => (value = form.TryParse(text, out var read) ? read : null) is not null,
            form.Schema,
            form.WordsTaken,
            form.StandsFor);
    }

    /// <summary>A whole number in a range.</summary>
    public static TextForm<int> Whole(int low, int high) => new(
        $"a whole number from {low} to {high}",
        (string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= low
            && value <= high,
        () => new JsonObject { ["type"] = "integer", ["minimum"] = low, ["maximum"] = high },
        standsFor: "N");

    /// <summary>One of an enum's words.</summary>
    public static TextForm<T> Word<T>(params T[] except)
        where T : struct, Enum
    {
        string[] words = [.. EnumWords<T>.All.Except(except.Select(EnumWords<T>.Of))];
        return new(
            string.Join(" | ", words),
            (string text, out T value) => EnumWords<T>.TryParse(text, out value) && words.Contains(text),
            () => new JsonObject { ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) },
            words,
            "WORD");
    }
}
