namespace LoadLab.Telemetry;

/// <summary>Names that exporters ask for.</summary>
public static class TelemetryNames
{
    /// <summary>Of the meter, of the activity source, and of the service where OTEL_SERVICE_NAME says no other.</summary>
    public const string Scope = "loadlab";

    /// <summary>Connect durations.</summary>
    public const string ConnectDuration = "loadlab.client.connect.duration";

    /// <summary>Delays of retransmissions.</summary>
    public const string RetransmitDelay = "loadlab.tcp.retransmit.delay";
}
