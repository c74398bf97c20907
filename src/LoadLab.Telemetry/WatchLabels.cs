using LoadLab.Model;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace LoadLab.Telemetry;

/// <summary>Makes figures of a look; attributes are made once for each listener, state and counter.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class WatchLabels
{
    // On which path a packet was dropped is told by several witnesses together, which a look at a machine does not have.
    private const string UnknownPath = "unknown";
    private const int MostKept = 10_000;
    private static readonly Dictionary<string, string> Conventions = ConnectionStates.All.ToDictionary(state => state.Observed, state => state.Convention);
    private readonly Dictionary<string, (Tag[] Alone, Tag[] WithPath)> listeners = [];
    private readonly Dictionary<string, Tag[]> counters = [];
    private readonly Dictionary<string, Tag[]> states = [];

    /// <summary>The figures of one look.</summary>
    public WatchedFigures Figures(MachineTick tick)
    {
        if (listeners.Count > MostKept)
        {
            listeners.Clear();
        }

        var told = tick.Listeners.Select(one => (one.View, Labels: Of(one.Name))).ToList();
        return new WatchedFigures
        {
            AcceptQueues = [.. told.Select(one => new WatchedFigure(one.View.Queue, one.Labels.Alone))],
            AcceptQueueLimits = [.. told.Select(one => new WatchedFigure(one.View.LiveBacklog, one.Labels.Alone))],
            SynQueues = [.. told.Select(one => new WatchedFigure(one.View.HalfOpen, one.Labels.Alone))],
            Drops = [.. told.Where(one => one.View.Drops is not null).Select(one => new WatchedFigure(one.View.Drops!.Value, one.Labels.WithPath))],
            Ports = [.. tick.View.Destinations.Select(one =>
                new WatchedFigure(one.Ports, [AttributeNames.Source.Is(one.From), AttributeNames.Destination.Is(one.To)]))],
            PortLimits = [new WatchedFigure(tick.View.Ports, [])],
            Connections = [.. tick.States.Select(one => new WatchedFigure(one.Count, State(one.State)))],
            Descriptors = [.. tick.Processes.Select(one => new WatchedFigure(one.Open, Process(one)))],
            DescriptorLimits = [.. tick.Processes.Select(one => new WatchedFigure(one.Soft, Process(one)))],
            Counters = [.. tick.Counters.Select(one => new WatchedFigure((long)one.Value, Counter(one.Name)))],
        };
    }

    private static Tag[] Process(ProcessTick one) => [AttributeNames.ProcessId.Is(one.Pid), AttributeNames.ProcessName.Is(one.Name)];

    private (Tag[] Alone, Tag[] WithPath) Of(string listener)
    {
        if (!listeners.TryGetValue(listener, out var labels))
        {
            var name = AttributeNames.Listener.Is(listener);
            listeners[listener] = labels = ([name], [name, AttributeNames.DropPath.Is(UnknownPath)]);
        }

        return labels;
    }

    private Tag[] State(string name)
    {
        if (!states.TryGetValue(name, out var labels))
        {
            states[name] = labels = [AttributeNames.ConnectionState.Is(Conventions.GetValueOrDefault(name, name)), AttributeNames.Transport.Is("tcp")];
        }

        return labels;
    }

    private Tag[] Counter(string name)
    {
        if (!counters.TryGetValue(name, out var labels))
        {
            counters[name] = labels = [AttributeNames.Counter.Is(name)];
        }

        return labels;
    }
}
