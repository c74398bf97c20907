using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using LoadLab.Model;

namespace LoadLab.Telemetry;

/// <summary>Every instrument there is, fed by observations; docs/how-to/dashboards.md has a row for each.</summary>
/// <remarks>
/// Concurrency: any thread records; one lock, so that totals step in the order of their lines.
/// Cardinality: attributes are errnos, system calls, roles, worker and listener numbers, TCP states, counter names and a run's variants: all
/// bounded by scenario and kernel, whatever the load.
/// </remarks>
public sealed class LoadLabInstruments : IDisposable
{
    private readonly Lock gate = new();
    private readonly Meter meter = TelemetryNames.NewMeter();
    private readonly Histogram<double> connectDuration;
    private readonly Counter<long> connectAttempts;
    private readonly Counter<long> failures;
    private readonly Histogram<double> retransmitDelay;
    private readonly Counter<long> retransmits;
    private readonly Counter<long> lost;
    private readonly Series connectRetransmits;
    private readonly Series accepts;
    private readonly Series acceptQueue;
    private readonly Series acceptQueueLimit;
    private readonly Series acceptQueuePeak;
    private readonly Series synQueue;
    private readonly Series synQueuePeak;
    private readonly Series drops;
    private readonly Series ports;
    private readonly Series portLimit;
    private readonly Series descriptors;
    private readonly Series descriptorLimit;
    private readonly Series connections;
    private readonly Series counters;
    private bool hasSockDiag;

    /// <summary>Makes them; an exporter is their first listener.</summary>
    public LoadLabInstruments()
    {
        connectDuration = meter.CreateHistogram<double>(TelemetryNames.ConnectDuration, "s",
            "From a connect's intended start to the end of its handshake, or to its failure (error.type).");
        connectAttempts = meter.CreateCounter<long>("loadlab.client.connect.attempts", "{connect}", "Connects issued.");
        connectRetransmits = Series.Of(meter.CreateCounter<long>("loadlab.client.connect.retransmits", "{packet}",
            "SYNs that clients retransmitted, by their own TCP_INFO."));
        failures = meter.CreateCounter<long>("loadlab.syscall.failures", "{failure}", "System calls that failed, by errno.");
        accepts = Series.Of(meter.CreateCounter<long>("loadlab.server.accepts", "{connection}", "Calls of accept() that gave a connection."));
        acceptQueue = Series.Of(Level("loadlab.server.accept_queue.usage", "{connection}", "Connections that finished the handshake and wait for accept()."));
        acceptQueueLimit = Series.Of(Level("loadlab.server.accept_queue.limit", "{connection}",
            "The live backlog: the accept queue holds one connection more."));
        acceptQueuePeak = Series.Of(meter.CreateGauge<long>("loadlab.server.accept_queue.peak", "{connection}",
            "The longest accept queue in any look, a hundred a second."));
        synQueue = Series.Of(Level("loadlab.server.syn_queue.usage", "{connection}", "Half-open requests: SYN received, final ACK not."));
        synQueuePeak = Series.Of(meter.CreateGauge<long>("loadlab.server.syn_queue.peak", "{connection}", "The most half-open requests in any look."));
        drops = Series.Of(meter.CreateCounter<long>("loadlab.server.listen.drops", "{packet}",
            "Packets of handshakes that the listener dropped, by the kernel's drop path."));
        retransmits = meter.CreateCounter<long>("loadlab.tcp.retransmits", "{packet}", "Segments retransmitted on the wire, by what they carry.");
        retransmitDelay = meter.CreateHistogram<double>(TelemetryNames.RetransmitDelay, "s", "From a segment's previous transmission to the next.");
        ports = Series.Of(Level("loadlab.client.port.usage", "{port}", "Local ports that the clients' sockets hold."));
        portLimit = Series.Of(Level("loadlab.client.port.limit", "{port}", "Ephemeral ports available for the load's destination."));
        descriptors = Series.Of(Level("process.unix.file_descriptor.count", "{file_descriptor}", "Descriptors that a process has open."));
        descriptorLimit = Series.Of(Level("loadlab.process.file_descriptor.limit", "{file_descriptor}", "Soft RLIMIT_NOFILE of a process."));
        connections = Series.Of(Level("system.network.connection.count", "{connection}",
            "Sockets of the server's port by TCP state, those of clients and those of the server."));
        counters = Series.Of(meter.CreateCounter<long>("loadlab.tcp.counter", "{event}",
            "A counter of /proc/net/snmp or /proc/net/netstat since the start, once it has moved."));
        lost = meter.CreateCounter<long>("loadlab.samples.lost", "{sample}", "Looks that were due and were not taken, or observations that were dropped.");
    }

    /// <summary>Takes an observation; those that have no figure are passed over.</summary>
    public void Record(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        lock (gate)
        {
            switch (observation)
            {
                case ConnectsCounted counted: Connects(counted); break;
                case ClientsSeen clients: Clients(clients); break;
                case PortsSeen told: Ports(told); break;
                case SyscallFailed failed: Failed(failed); break;
                case ServerTally tally: accepts.See(tally.Accepted, observation.Variant); break;
                case ListenersSeen looked: Listeners(looked); break;
                case StatesSeen states: States(states); break;
                case CountersSeen moved: Counters(moved); break;
                case DescriptorsSeen open: Descriptors(open); break;
                case RetransmitsCounted resent: Retransmits(resent); break;
                case SamplesLost missed: Lost(missed); break;
                default: break;
            }
        }
    }

    /// <summary>
    /// Takes what the listener has dropped so far, by path. A path is told from several witnesses together, which is not this class's business.
    /// </summary>
    /// <param name="variant">The run's variant; null for the only one.</param>
    /// <param name="packets">Packets by path, totals.</param>
    public void RecordDrops(string? variant, IEnumerable<KeyValuePair<string, ulong>> packets)
    {
        ArgumentNullException.ThrowIfNull(packets);
        lock (gate)
        {
            foreach (var (path, count) in packets)
            {
                drops.See((long)count, variant, path, attributes: AttributeNames.DropPath.Is(path));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    /// <summary>True for an instrument of this very object: others may be in the same process.</summary>
    internal bool Owns(Instrument instrument) => ReferenceEquals(instrument.Meter, meter);

    private UpDownCounter<long> Level(string name, string unit, string meaning) => meter.CreateUpDownCounter<long>(name, unit, meaning);

    private void Connects(ConnectsCounted counted)
    {
        connectAttempts.Add(counted.Attempted, Series.Attributes(counted.Variant));
        var atOnce = counted.Latency;
        foreach (var (retransmits, latency) in counted.Resent ?? [])
        {
            atOnce = atOnce.Without(latency);
            connectDuration.Fill(latency, Series.Attributes(counted.Variant,
                AttributeNames.Retransmits.Is(retransmits < ResentConnects.Most ? $"{retransmits}" : $"{ResentConnects.Most}+")));
        }

        connectDuration.Fill(atOnce, Series.Attributes(counted.Variant, AttributeNames.Retransmits.Is("0")));
        foreach (var failure in counted.Failures.IsDefault ? [] : counted.Failures)
        {
            Failed(counted.Variant, Role.Swarm, failure.Syscall, failure.Errno, failure.Count);
            if (failure.Duration is { } duration)
            {
                connectDuration.Fill(duration, Series.Attributes(counted.Variant, AttributeNames.ErrorType.Is(TypeOf(failure.Errno))));
            }
        }
    }

    private void Clients(ClientsSeen seen) => connectRetransmits.See(seen.SynRetransmits, seen.Variant, part: seen.Worker);

    private void Ports(PortsSeen seen)
    {
        // The ports of a thread's sockets are its own, the range is everybody's.
        ports.See(seen.InUse, seen.Variant, part: (seen.Worker << 16) + seen.Thread);
        portLimit.See(seen.Available, seen.Variant);
    }

    private void Failed(SyscallFailed failed) => Failed(failed.Variant, failed.Role, failed.Syscall, failed.Errno, failed.Count);

    private void Failed(string? variant, Role role, string syscall, Errno errno, long count) =>
        failures.Add(count, Series.Attributes(variant, AttributeNames.ErrorType.Is(TypeOf(errno)), AttributeNames.Syscall.Is(syscall),
            AttributeNames.Role.Is(EnumWords<Role>.Of(role))));

    private void Listeners(ListenersSeen seen)
    {
        hasSockDiag |= seen.Witness == ListenerWitness.SockDiag;
        foreach (var listener in seen.Listeners.IsDefault ? [] : seen.Listeners)
        {
            var (id, attribute) = ($"{listener.Id}", AttributeNames.Listener.Is(listener.Id));
            acceptQueuePeak.See(listener.Queue, seen.Variant, id, attributes: attribute);

            // Two witnesses look at the same queue; its length now is told by one of them, or it would go to and fro between two moments.
            if (seen.Witness == ListenerWitness.SockDiag || !hasSockDiag)
            {
                acceptQueue.See(listener.Queue, seen.Variant, id, attributes: attribute);
                acceptQueueLimit.See(listener.LiveBacklog, seen.Variant, id, attributes: attribute);
            }
        }
    }

    private void States(StatesSeen seen)
    {
        foreach (var (state, convention) in ConnectionStates.All)
        {
            See(seen.Client, "client");
            See(seen.Server, "server");

            void See(ImmutableSortedDictionary<string, long> side, string end) => connections.See(
                side.GetValueOrDefault(state), seen.Variant, $"{end} {state}",
                attributes: [AttributeNames.ConnectionState.Is(convention), AttributeNames.End.Is(end), AttributeNames.Transport.Is("tcp")]);
        }

        var halfOpen = seen.Server.GetValueOrDefault(ConnectionStates.HalfOpen);
        synQueue.See(halfOpen, seen.Variant);
        synQueuePeak.See(halfOpen, seen.Variant);
    }

    private void Counters(CountersSeen seen)
    {
        foreach (var (name, delta) in seen.Delta)
        {
            counters.See((long)delta, seen.Variant, name, attributes: AttributeNames.Counter.Is(name));
        }
    }

    private void Descriptors(DescriptorsSeen seen)
    {
        var role = EnumWords<Role>.Of(seen.Role);
        ReadOnlySpan<KeyValuePair<string, object?>> attributes = [AttributeNames.Role.Is(role), AttributeNames.Worker.Is(seen.Worker)];
        descriptors.See(seen.Open, seen.Variant, role, seen.Worker, attributes);
        descriptorLimit.See(seen.Soft, seen.Variant, role, seen.Worker, attributes);
    }

    private void Retransmits(RetransmitsCounted counted)
    {
        foreach (var sum in counted.Sums)
        {
            var attributes = Series.Attributes(counted.Variant, AttributeNames.Segment.Is(EnumWords<RetransmitKind>.Of(sum.Segment).ToUpperInvariant()));
            retransmits.Add(sum.SincePrevious.Count, attributes);
            retransmitDelay.Fill(sum.SincePrevious, attributes);
        }
    }

    private void Lost(SamplesLost samples) => lost.Add(samples.Count, Series.Attributes(samples.Variant, AttributeNames.LossSource.Is(samples.Source)));

    // An end of stream where bytes were due is a failure without an errno; error.type never says that nothing is wrong.
    internal static string TypeOf(Errno errno) => errno.IsNone ? "end-of-stream" : errno.Name;
}
