using System.Diagnostics.Metrics;

namespace LoadLab.Telemetry.Tests;

/// <summary>What the instruments of one test hand out, added up by name and attributes.</summary>
internal sealed class InstrumentReadings : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly Dictionary<string, long> sums = [];
    private readonly Dictionary<string, List<double>> values = [];

    public InstrumentReadings(LoadLabInstruments instruments)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instruments.Owns(instrument))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => sums[Key(instrument, tags)] = instrument is Gauge<long> ? value
            : sums.GetValueOrDefault(Key(instrument, tags)) + value);
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            (values.TryGetValue(Key(instrument, tags), out var list) ? list : values[Key(instrument, tags)] = []).Add(value));
        listener.Start();
    }

    public IReadOnlyDictionary<string, long> Sums => sums;

    public IReadOnlyDictionary<string, List<double>> Values => values;

    public void Dispose() => listener.Dispose();

    private static string Key(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var words = new List<string>();
        foreach (var (name, value) in tags)
        {
            words.Add($"{name}={value}");
        }

        words.Sort(StringComparer.Ordinal);
        return words.Count == 0 ? instrument.Name : $"{instrument.Name} {string.Join(' ', words)}";
    }
}
