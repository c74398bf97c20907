namespace LoadLab.Cli;

/// <summary>
/// What the standard OTEL_* variables and the options ask for, read before anything of OpenTelemetry is loaded: off unless an endpoint or another
/// exporter is named.
/// </summary>
/// <remarks>
/// The variables of one signal (OTEL_EXPORTER_OTLP_TRACES_ENDPOINT …) win over those of all. Other variables (OTEL_SERVICE_NAME,
/// OTEL_RESOURCE_ATTRIBUTES, OTEL_METRIC_EXPORT_INTERVAL, OTEL_BSP_…, OTEL_BLRP_…, OTEL_TRACES_SAMPLER …) the SDK reads itself.
/// </remarks>
internal sealed record TelemetrySettings
{
    private const int PrometheusPort = 9464;

    /// <summary>By signal, what goes out by OTLP; one that is missing does not.</summary>
    public required IReadOnlyDictionary<OtlpSignal, OtlpTarget> Targets { get; init; }

    /// <summary>Signals that are written to standard output.</summary>
    public IReadOnlySet<OtlpSignal> Console { get; init; } = new HashSet<OtlpSignal>();

    /// <summary>Where Prometheus may fetch the metrics; null: nowhere.</summary>
    public PrometheusEndpoint? Prometheus { get; init; }

    /// <summary>Between two exports of metrics where OTEL_METRIC_EXPORT_INTERVAL is not set; null: the SDK's own.</summary>
    public TimeSpan? ExportEvery { get; init; }

    /// <summary>What was asked for and is not available, as sentences.</summary>
    public required IReadOnlyList<string> Refusals { get; init; }

    /// <summary>True when anything is exported.</summary>
    public bool IsOn => Targets.Count > 0 || Console.Count > 0 || Prometheus is not null;

    /// <summary>True when a signal goes anywhere.</summary>
    public bool Has(OtlpSignal signal) => Targets.ContainsKey(signal) || Console.Contains(signal) || (signal == OtlpSignal.Metrics && Prometheus is not null);

    /// <summary>Those of this process's environment when something is to be exported, else null. What is not available is said.</summary>
    /// <param name="error">Gets the sentences.</param>
    /// <param name="prometheus">The option <c>--prometheus</c>; null: not given.</param>
    /// <param name="isOutputTaken">True when standard output has a document, so that no exporter may write there.</param>
    /// <param name="environment">The variables; null: those of this process.</param>
    /// <exception cref="CliException">The option is not available: it was asked for by hand.</exception>
    public static TelemetrySettings? Asked(TextWriter error, string? prometheus = null, bool isOutputTaken = false, Func<string, string?>? environment = null)
    {
        var settings = Read(environment ?? Environment.GetEnvironmentVariable, isOutputTaken);
        foreach (var refusal in settings.Refusals)
        {
            error.WriteLine($"loadlab: {refusal}");
        }

        if (prometheus is not null)
        {
            var endpoint = PrometheusEndpoint.TryParse(prometheus)
                ?? throw CliException.BadInput($"--prometheus {prometheus}: takes {PrometheusEndpoint.Forms}");
            settings = settings with { Prometheus = endpoint.Refusal() is { } why ? throw CliException.BadInput($"--prometheus {prometheus}: {why}")
                : endpoint };
        }
        else if (settings.Prometheus?.Refusal() is { } why)
        {
            error.WriteLine($"loadlab: OTEL_METRICS_EXPORTER is 'prometheus': {why}; the command itself is not affected");
            settings = settings with { Prometheus = null };
        }

        return settings.IsOn ? settings : null;
    }

    /// <summary>Reads them; an empty variable is one that is not set, as the specification says.</summary>
    public static TelemetrySettings Read(Func<string, string?> environment, bool isOutputTaken = false)
    {
        var targets = new Dictionary<OtlpSignal, OtlpTarget>();
        var console = new HashSet<OtlpSignal>();
        PrometheusEndpoint? prometheus = null;
        var refusals = new List<string>();
        if (!string.Equals(environment("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
        {
            string? Value(string name) => environment(name) is { Length: > 0 } value ? value : null;
            foreach (var signal in Enum.GetValues<OtlpSignal>())
            {
                foreach (var exporter in Exporters(signal, Value, refusals))
                {
                    switch (exporter)
                    {
                        case "otlp" when OtlpTarget.Read(signal, Value, refusals) is { } target:
                            targets[signal] = target;
                            break;
                        case "otlp" when refusals.Count == 0 && Value(Variable(signal)) is not null:
                            refusals.Add($"{Variable(signal)} is 'otlp', and no endpoint is named: set OTEL_EXPORTER_OTLP_ENDPOINT, "
                                + $"e.g. to http://127.0.0.1:4317; no {Word(signal)} are exported");
                            break;
                        case "console" when isOutputTaken:
                            refusals.Add($"{Variable(signal)} is 'console', and standard output has the JSON document: no {Word(signal)} are written");
                            break;
                        case "console":
                            console.Add(signal);
                            break;
                        case "prometheus":
                            prometheus = Scraped(Value, refusals);
                            break;
                    }
                }
            }
        }

        return new TelemetrySettings { Targets = targets, Console = console, Prometheus = prometheus, Refusals = [.. refusals.Distinct()] };
    }

    private static IEnumerable<string> Exporters(OtlpSignal signal, Func<string, string?> environment, List<string> refusals)
    {
        string[] known = signal == OtlpSignal.Metrics ? ["otlp", "console", "prometheus", "none"] : ["otlp", "console", "none"];
        foreach (var exporter in (environment(Variable(signal)) ?? "otlp").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (known.Contains(exporter))
            {
                yield return exporter;
            }
            else
            {
                var words = $"{string.Join(", ", known[..^1])} or {known[^1]}";
                refusals.Add($"{Variable(signal)} is '{exporter}': takes {words}, so no {Word(signal)} are exported by it");
            }
        }
    }

    private static PrometheusEndpoint? Scraped(Func<string, string?> environment, List<string> refusals)
    {
        var host = environment("OTEL_EXPORTER_PROMETHEUS_HOST") ?? "localhost";
        var port = environment("OTEL_EXPORTER_PROMETHEUS_PORT") ?? $"{PrometheusPort}";
        var endpoint = PrometheusEndpoint.TryParse(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}");
        if (endpoint is null)
        {
            refusals.Add($"OTEL_EXPORTER_PROMETHEUS_HOST and OTEL_EXPORTER_PROMETHEUS_PORT are '{host}' and '{port}': take an address and a port, "
                + $"such as 127.0.0.1 and {PrometheusPort}; nothing is exported there");
        }

        return endpoint;
    }

    private static string Variable(OtlpSignal signal) => $"OTEL_{signal.ToString().ToUpperInvariant()}_EXPORTER";

    private static string Word(OtlpSignal signal) => signal.ToString().ToLowerInvariant();
}
