using LoadLab.Cli;

namespace LoadLab.Telemetry.Tests;

public sealed class TelemetrySettingsTests
{
    [Fact]
    public void NothingIsExportedWithoutAnEndpoint() => Assert.False(Read(("OTEL_SERVICE_NAME", "x"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")).IsOn);

    [Fact]
    public void AnEmptyEndpointIsNone() => Assert.False(Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "")).IsOn);

    [Fact]
    public void TheDisabledSdkExportsNothing() => Assert.False(Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"), ("OTEL_SDK_DISABLED", "True"))
        .IsOn);

    [Theory]
    [InlineData("no-equals-sign")]
    [InlineData("=secret")]
    [InlineData("a=b,c")]
    [InlineData("a b=c")]
    [InlineData("a=b%0Ac")]
    [InlineData("ä=b")]
    public void MalformedHeadersAreASentenceThatDoesNotShowThem(string headers)
    {
        var settings = Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"), ("OTEL_EXPORTER_OTLP_HEADERS", headers));
        Assert.False(settings.IsOn);
        var refusal = Assert.Single(settings.Refusals);
        Assert.Contains("OTEL_EXPORTER_OTLP_HEADERS is malformed", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(headers, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=b")]
    [InlineData("Authorization=Basic%20Zm9vOmJhcg==,x-scope=1")]
    [InlineData("a=b%2Cc=d")]
    public void HeadersThatTheExporterTakesAreTaken(string headers) =>
        Assert.True(Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"), ("OTEL_EXPORTER_OTLP_HEADERS", headers)).IsOn);

    [Fact]
    public void OneEndpointIsForAllSignals()
    {
        var settings = Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"));
        Assert.Equal([OtlpSignal.Traces, OtlpSignal.Metrics, OtlpSignal.Logs], settings.Targets.Keys.Order());
        Assert.All(settings.Targets.Values, target => Assert.Equal((new Uri("http://127.0.0.1:4317"), true), (target.Endpoint, target.IsGrpc)));
    }

    [Theory]
    [InlineData("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/metrics")]
    [InlineData("http://127.0.0.1:4318/", "http://127.0.0.1:4318/v1/metrics")]
    [InlineData("https://collector/base", "https://collector/base/v1/metrics")]
    public void HttpAppendsTheSignalsPathToTheCommonEndpoint(string endpoint, string metrics) => Assert.Equal(
        new Uri(metrics),
        Read(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")).Targets[OtlpSignal.Metrics].Endpoint);

    [Fact]
    public void TheEndpointOfOneSignalIsTakenAsItIsAndWins()
    {
        var settings = Read(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"),
            ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://127.0.0.1:9/logs"),
            ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "a=b"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "1500"));
        Assert.Equal(new OtlpTarget(new Uri("http://127.0.0.1:9/logs"), false, "a=b", 1500), settings.Targets[OtlpSignal.Logs]);
        Assert.Equal(new OtlpTarget(new Uri("http://127.0.0.1:4318"), true, null, 1500), settings.Targets[OtlpSignal.Traces]);
    }

    [Fact]
    public void OneSignalAloneCanBeExported() => Assert.Equal([OtlpSignal.Metrics], Read(("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://127.0.0.1:4317"))
        .Targets.Keys);

    [Fact]
    public void TheExporterNoneTurnsASignalOff() =>
        Assert.Equal([OtlpSignal.Traces, OtlpSignal.Metrics], Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"), ("OTEL_LOGS_EXPORTER", "none"))
            .Targets.Keys.Order());

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json",
        "OTEL_EXPORTER_OTLP_PROTOCOL is 'http/json': takes grpc or http/protobuf; nothing is exported by it")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317",
        "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4317': takes an address like http://127.0.0.1:4317; nothing is exported to it")]
    public void WhatCannotBeHadIsOneSentence(string variable, string value, string sentence)
    {
        var settings = Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"), (variable, value));
        Assert.False(settings.IsOn);
        Assert.Equal([sentence], settings.Refusals);
    }

    [Fact]
    public void SeveralExportersOfASignalAreSeparatedByCommas()
    {
        var settings = Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"), ("OTEL_METRICS_EXPORTER", "otlp, console,prometheus"),
            ("OTEL_TRACES_EXPORTER", "none"));
        Assert.Equal([OtlpSignal.Metrics, OtlpSignal.Logs], settings.Targets.Keys.Order());
        Assert.Equal([OtlpSignal.Metrics], settings.Console);
        Assert.Equal(("127.0.0.1:9464", false), (settings.Prometheus!.ToString(), settings.Has(OtlpSignal.Traces)));
        Assert.Empty(settings.Refusals);
    }

    [Theory]
    [InlineData("OTEL_TRACES_EXPORTER", "prometheus", "OTEL_TRACES_EXPORTER is 'prometheus': takes otlp, console or none, so no traces are exported by it")]
    [InlineData("OTEL_METRICS_EXPORTER", "zipkin",
        "OTEL_METRICS_EXPORTER is 'zipkin': takes otlp, console, prometheus or none, so no metrics are exported by it")]
    [InlineData("OTEL_LOGS_EXPORTER", "otlp",
        "OTEL_LOGS_EXPORTER is 'otlp', and no endpoint is named: set OTEL_EXPORTER_OTLP_ENDPOINT, e.g. to http://127.0.0.1:4317; no logs are exported")]
    public void AnExporterThatCannotBeHadIsASentence(string variable, string value, string sentence)
    {
        var settings = Read((variable, value));
        Assert.False(settings.IsOn);
        Assert.Equal([sentence], settings.Refusals);
    }

    private static TelemetrySettings Read(params (string Name, string Value)[] environment) =>
        TelemetrySettings.Read(name => environment.LastOrDefault(pair => pair.Name == name).Value);
}
