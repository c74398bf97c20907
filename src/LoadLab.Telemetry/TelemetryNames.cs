using System.Diagnostics;
using System.Diagnostics.Metrics;
using LoadLab.Model;

namespace LoadLab.Telemetry;

/// <summary>The instrumentation scope, and names that exporters ask for.</summary>
public static class TelemetryNames
{
    /// <summary>Of the meter, of the activity source, and of the service where OTEL_SERVICE_NAME says no other.</summary>
    public const string Scope = "loadlab";

    /// <summary>The release of OpenTelemetry's semantic conventions whose names are used: process.unix.file_descriptor.count is of this one.</summary>
    public const string SchemaUrl = "https://opentelemetry.io/schemas/1.42.0";

    /// <summary>Connect durations.</summary>
    public const string ConnectDuration = "loadlab.client.connect.duration";

    /// <summary>Delays of retransmissions.</summary>
    public const string RetransmitDelay = "loadlab.tcp.retransmit.delay";

    internal static Meter NewMeter() => new(new MeterOptions(Scope) { Version = ProgramVersion.Text, TelemetrySchemaUrl = SchemaUrl });

    internal static ActivitySource NewSource() => new(new ActivitySourceOptions(Scope) { Version = ProgramVersion.Text, TelemetrySchemaUrl = SchemaUrl });
}
