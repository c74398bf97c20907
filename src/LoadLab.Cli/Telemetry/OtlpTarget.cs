namespace LoadLab.Cli;

/// <summary>A kind of telemetry, as the environment's variables spell it.</summary>
internal enum OtlpSignal
{
    Traces,
    Metrics,
    Logs,
}

/// <summary>How one signal goes out by OTLP.</summary>
/// <param name="Endpoint">The whole address: for HTTP with the signal's path.</param>
/// <param name="IsGrpc">gRPC; else HTTP with protobuf.</param>
/// <param name="Headers">As the variable writes them, <c>name=value,…</c>; null: none.</param>
/// <param name="TimeoutMs">One export's time-out; null: the exporter's own.</param>
internal sealed record OtlpTarget(Uri Endpoint, bool IsGrpc, string? Headers, int? TimeoutMs)
{
    private const string All = "OTEL_EXPORTER_OTLP_";

    /// <summary>What the variables say of one signal; null: nowhere, or a sentence says why not.</summary>
    public static OtlpTarget? Read(OtlpSignal signal, Func<string, string?> environment, List<string> refusals)
    {
        var name = signal.ToString().ToUpperInvariant();
        (string Variable, string Value)? Setting(string what) =>
            environment($"{All}{name}_{what}") is { } own ? ($"{All}{name}_{what}", own) : environment(All + what) is { } general ? (All + what, general)
                : null;

        if (Setting("ENDPOINT") is not var (variable, text))
        {
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
            refusals.Add($"{headersVariable} is malformed: takes name=value, separated by commas, values percent-encoded "
                + "(it is not shown here, since it may hold a secret); nothing is exported with it");
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

    private static bool IsToken(string name) => name.Length > 0
        && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));
}
