namespace LoadLab.Telemetry;

/// <summary>Attributes of measurements, spans and events. Those without <c>loadlab.</c> are OpenTelemetry's semantic conventions.</summary>
/// <remarks>
/// A client's address and port are on spans only: as attributes of a metric they would make a series for each. A watched listener, destination or process
/// is one of so many at most.
/// </remarks>
internal static class AttributeNames
{
    public const string ErrorType = "error.type";
    public const string ConnectionState = "network.connection.state";
    public const string Transport = "network.transport";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";

    public const string Variant = "loadlab.variant";
    public const string Syscall = "loadlab.syscall";
    public const string Role = "loadlab.role";
    public const string Worker = "loadlab.worker";
    public const string Listener = "loadlab.listener";
    public const string DropPath = "loadlab.drop.path";
    public const string Retransmits = "loadlab.retransmits";
    public const string Segment = "loadlab.tcp.segment";
    public const string Counter = "loadlab.tcp.counter.name";
    public const string End = "loadlab.connection.end";
    public const string Destination = "loadlab.destination";
    public const string Source = "loadlab.source";
    public const string ProcessId = "process.pid";
    public const string ProcessName = "process.executable.name";
    public const string LossSource = "loadlab.sample.source";

    /// <summary>One attribute.</summary>
    public static KeyValuePair<string, object?> Is(this string name, object? value) => new(name, value);
}
