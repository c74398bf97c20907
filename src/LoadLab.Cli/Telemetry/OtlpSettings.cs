namespace LoadLab.Cli;

/// <summary>A kind of telemetry, as the environment's variables spell it.</summary>
internal enum OtlpSignal
{
    Traces,
    Metrics,
    Logs,
}

/// <summary>How one signal goes out.</summary>
/// <param name="Endpoint">The whole address: for HTTP with the signal's path.</param>
/// <param name="IsGrpc">gRPC; else HTTP with protobuf.</param>
/// <param name="Headers">As the variable writes them, <c>name=value,…</c>; null: none.</param>
/// <param name="TimeoutMs">One export's time-out; null: the exporter's own.</param>
internal sealed record OtlpTarget(Uri Endpoint, bool IsGrpc, string? Headers, int? TimeoutMs);

/// <summary>What the standard OTEL_* variables ask for, read before anything of OpenTelemetry is loaded: off unless an endpoint is given.</summary>
/// <remarks>
/// The variables of one signal (OTEL_EXPORTER_OTLP_TRACES_ENDPOINT …) win over those of all. Other variables (OTEL_SERVICE_NAME,
/// OTEL_RESOURCE_ATTRIBUTES, OTEL_METRIC_EXPORT_INTERVAL,
/// OTEL_BSP_…, OTEL_TRACES_SAMPLER …) the SDK reads itself.
/// </remarks>
internal sealed record OtlpSettings
{
    private const string All = "OTEL_EXPORTER_OTLP_";

    /// <summary>By signal; one that is missing is off.</summary>
    public required IReadOnlyDictionary<OtlpSignal, OtlpTarget> Targets { get; init; }

    /// <summary>What was asked for and cannot be had, as sentences.</summary>
    public required IReadOnlyList<string> Refusals { get; init; }

    /// <summary>True when anything is exported.</summary>
    public bool IsOn => Targets.Count > 0;

    /// <summary>Those of this process's environment when something is to be exported, else null. What cannot be had is said.</summary>
    public static OtlpSettings? Asked(TextWriter error)
    {
        var settings = Read(Environment.GetEnvironmentVariable);
        foreach (var refusal in settings.Refusals)
        {
            error.WriteLine($"loadlab: {refusal}");
        }

        return settings.IsOn ? settings : null;
    }

    /// <summary>Reads them; an empty variable is one that is not set, as the specification says.</summary>
    public static OtlpSettings Read(Func<string, string?> environment)
    {
        var targets = new Dictionary<OtlpSignal, OtlpTarget>();
        var refusals = new List<string>();
        if (!string.Equals(environment("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
        {
            foreach (var signal in Enum.GetValues<OtlpSignal>())
            {
                if (Target(signal, name => environment(name) is { Length: > 0 } value ? value : null, refusals) is { } target)
                {
                    targets[signal] = target;
                }
            }
        }

        return new OtlpSettings { Targets = targets, Refusals = [.. refusals.Distinct()] };
    }

    private static OtlpTarget? Target(OtlpSignal signal, Func<string, string?> environment, List<string> refusals)
    {
        var name = signal.ToString().ToUpperInvariant();
        (string Variable, string Value)? Setting(string what) =>
            environment($"{All}{name}_{what}") is { } own ? ($"{All}{name}_{what}", own) : environment(All + what) is { } general ? (All + what, general) : null;

        if (Setting("ENDPOINT") is not var (variable, text))
        {
            return null;
        }

        var exporter = environment($"OTEL_{name}_EXPORTER") ?? "otlp";
        if (exporter != "otlp")
        {
            if (exporter != "none")
            {
                refusals.Add($"OTEL_{name}_EXPORTER is '{exporter}': takes otlp or none, so no {signal.ToString().ToLowerInvariant()} are exported");
            }

            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            refusals.Add($"{variable} is '{text}': takes an address like http://127.0.0.1:4317; nothing is exported to it");
            return null;
        }

        var protocol = Setting("PROTOCOL");
        if (protocol is not (null or { Value: "grpc" or "http/protobuf" }))
        {
            refusals.Add($"{protocol.Value.Variable} is '{protocol.Value.Value}': takes grpc or http/protobuf; nothing is exported by it");
            return null;
        }

        var headers = Setting("HEADERS");
        if (headers is var (headersVariable, headersText) && !IsHeaders(headersText))
        {
            refusals.Add($"{headersVariable} is malformed: takes name=value, separated by commas, values percent-encoded (it is not shown here, since it may hold a secret); nothing is exported with it");
            return null;
        }

        var isGrpc = protocol is null or { Value: "grpc" };
        var isOwnPath = isGrpc || variable != All + "ENDPOINT";
        return new OtlpTarget(
            isOwnPath ? endpoint : new Uri($"{endpoint.ToString().TrimEnd('/')}/v1/{signal.ToString().ToLowerInvariant()}"),
            isGrpc,
            headers?.Value,
            int.TryParse(Setting("TIMEOUT")?.Value, out var timeout) && timeout > 0 ? timeout : null);
    }

    // As the exporter will read them, and HTTP after it: a name is a token (RFC 9110), a value has no control characters.
    private static bool IsHeaders(string text) => Uri.UnescapeDataString(text).Split(',', StringSplitOptions.RemoveEmptyEntries).All(pair =>
        pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && IsToken(pair[..at].Trim()) && pair[(at + 1)..].All(c => c is >= ' ' and < '\u007F'));

    private static bool IsToken(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));
}
