using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;

namespace LoadLab.Telemetry.Tests;

/// <summary>One series as it was last exported, cumulative since the start.</summary>
internal sealed record ReceivedSeries(
    string Name, string Unit, string Description, IReadOnlyDictionary<string, string> Attributes, long Value, ExponentialHistogramDataPoint? Histogram)
{
    public string? Attribute(string name) => Attributes.GetValueOrDefault(name);

    public override string ToString() =>
        $"{Name}{{{string.Join(", ", Attributes.Select(pair => $"{pair.Key}={pair.Value}"))}}} = {Histogram?.ToString() ?? Value.ToString()}";
}

/// <summary>What a receiver got of metrics: of each series the last export.</summary>
internal sealed class ReceivedMetrics
{
    private readonly Dictionary<string, ReceivedSeries> series = [];

    public ReceivedMetrics(OtlpReceiver receiver)
    {
        foreach (var metric in receiver.Metrics
            .SelectMany(request => request.ResourceMetrics).SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics))
        {
            foreach (var point in metric.Sum?.DataPoints ?? metric.Gauge?.DataPoints ?? [])
            {
                Assert.Equal(NumberDataPoint.ValueOneofCase.AsInt, point.ValueCase);
                Keep(metric, new ReceivedSeries(metric.Name, metric.Unit, metric.Description, Read(point.Attributes), point.AsInt, null));
            }

            foreach (var point in metric.ExponentialHistogram?.DataPoints ?? [])
            {
                Keep(metric, new ReceivedSeries(metric.Name, metric.Unit, metric.Description, Read(point.Attributes), (long)point.Count, point));
            }

            Assert.Null(metric.Histogram);
        }
    }

    public IReadOnlyCollection<ReceivedSeries> All => series.Values;

    public IEnumerable<ReceivedSeries> Of(string name) => series.Values.Where(one => one.Name == name);

    /// <summary>The sum over all series of a name that have these attributes; null when there is none.</summary>
    public long? Sum(string name, params (string Name, string Value)[] attributes)
    {
        var found = Of(name).Where(one => attributes.All(attribute => one.Attribute(attribute.Name) == attribute.Value)).ToList();
        return found.Count == 0 ? null : found.Sum(one => one.Value);
    }

    public static Dictionary<string, string> Read(IEnumerable<KeyValue> attributes) => attributes.ToDictionary(
        pair => pair.Key,
        pair => pair.Value.ValueCase switch
        {
            AnyValue.ValueOneofCase.StringValue => pair.Value.StringValue,
            AnyValue.ValueOneofCase.IntValue => pair.Value.IntValue.ToString(),
            AnyValue.ValueOneofCase.BoolValue => pair.Value.BoolValue.ToString(),
            AnyValue.ValueOneofCase.DoubleValue => pair.Value.DoubleValue.ToString("R"),
            _ => pair.Value.ToString(),
        });

    private void Keep(Metric metric, ReceivedSeries one)
    {
        var attributes = one.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}");
        series[$"{metric.Name} {string.Join(',', attributes)}"] = one;
    }
}
