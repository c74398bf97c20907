using System.Diagnostics.Metrics;
using LoadLab.Model;

namespace LoadLab.Telemetry;

/// <summary>The instruments of <c>inspect --watch</c>: the names of <see cref="LoadLabInstruments"/>, of all listeners of a network namespace.</summary>
/// <remarks>
/// Observed when an exporter asks, from the last look: what is gone is told no more. Concurrency: one thread looks, any exports; one reference is exchanged.
/// </remarks>
public sealed class InspectInstruments : IDisposable
{
    private readonly Meter meter = TelemetryNames.NewMeter();
    private readonly WatchLabels labels = new();
    private volatile WatchedFigures last = new();

    /// <summary>Makes them.</summary>
    public InspectInstruments()
    {
        Level("loadlab.server.accept_queue.usage", "{connection}", "Connections that finished the handshake and wait for accept().", look => look.AcceptQueues);
        Level("loadlab.server.accept_queue.limit", "{connection}", "The live backlog: the accept queue holds one connection more.", look =>
            look.AcceptQueueLimits);
        Level("loadlab.server.syn_queue.usage", "{connection}", "Half-open requests: SYN received, final ACK not.", look => look.SynQueues);
        Total("loadlab.server.listen.drops", "{packet}", "Packets of handshakes that the listener dropped since listen(), by its own count.", look =>
            look.Drops);
        Level("loadlab.client.port.usage", "{port}", "Ports of the ephemeral range that one source address holds for one destination.", look => look.Ports);
        Level("loadlab.client.port.limit", "{port}", "Ephemeral ports available for one destination.", look => look.PortLimits);
        Level("system.network.connection.count", "{connection}", "TCP sockets of the network namespace by state.", look => look.Connections);
        Level("process.unix.file_descriptor.count", "{file_descriptor}", "Descriptors that a process has open.", look => look.Descriptors);
        Level("loadlab.process.file_descriptor.limit", "{file_descriptor}", "Soft RLIMIT_NOFILE of a process.", look => look.DescriptorLimits);
        Total("loadlab.tcp.counter", "{event}", "A counter of /proc/net/snmp or /proc/net/netstat since boot, or since the namespace was made.", look =>
            look.Counters);
    }

    /// <summary>What the next export tells.</summary>
    public void See(MachineTick tick) => last = labels.Figures(tick);

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private void Level(string name, string unit, string meaning, Func<WatchedFigures, IReadOnlyList<WatchedFigure>> figures) =>
        meter.CreateObservableUpDownCounter(name, () => Measured(figures(last)), unit, meaning);

    private void Total(string name, string unit, string meaning, Func<WatchedFigures, IReadOnlyList<WatchedFigure>> figures) =>
        meter.CreateObservableCounter(name, () => Measured(figures(last)), unit, meaning);

    private static IEnumerable<Measurement<long>> Measured(IReadOnlyList<WatchedFigure> figures)
    {
        foreach (var one in figures)
        {
            yield return new Measurement<long>(one.Value, one.Attributes);
        }
    }
}
