using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Reporting.Traces;

/// <summary>One example connection of each outcome, from a variant's packet trace.</summary>
/// <remarks>The trace is read twice: what became of a connection is known at its end only, and its segments are kept for the chosen ones alone.</remarks>
internal static class FlowExamples
{
    private const int MostSegments = 32;

    /// <summary>The examples, in the order of <see cref="FlowOutcome"/>'s table, and how many segments the trace has.</summary>
    /// <param name="trace">Its file.</param>
    /// <param name="most">
    /// How many segments of it count: those written until the end of the last phase. What comes after them is the lab being taken down.
    /// </param>
    public static (ImmutableArray<ExampleFlow> Examples, long Packets) Of(string trace, long most)
    {
        var flows = new Dictionary<EndpointPair, FlowNote>();
        var all = new List<FlowNote>();
        long number = 0;
        var packets = PcapngFile.Read(trace, (frame, wireBytes, _) =>
        {
            if (number < most && TcpSegment.TryParse(frame, wireBytes, out var segment))
            {
                See(flows, all, number, segment);
            }

            number++;
        });

        var counts = all.CountBy(FlowOutcome.Of).ToDictionary();
        var chosen = FlowOutcome.All.Select(outcome => all.Find(flow => FlowOutcome.Of(flow) == outcome)).OfType<FlowNote>().ToList();
        return packets == 0 ? ([], 0) : ([.. Segments(trace, chosen).Select(pair => Example(pair.Flow, pair.Segments, counts[FlowOutcome.Of(pair.Flow)]))],
            packets);
    }

    private static void See(Dictionary<EndpointPair, FlowNote> flows, List<FlowNote> all, long number, in TcpSegment segment)
    {
        var ends = EndpointPair.Of(segment);
        if (!flows.TryGetValue(ends, out var flow) || flow.IsFollowedBy(segment))
        {
            // Whatever is not the beginning of a connection is the rest of one that began before the trace.
            if (!segment.IsSyn || segment.IsAck)
            {
                return;
            }

            flow = new FlowNote(number, segment);
            flows[ends] = flow;
            all.Add(flow);
        }

        _ = flow.Take(number, segment);
    }

    private static IEnumerable<(FlowNote Flow, List<ExampleSegment> Segments)> Segments(string trace, List<FlowNote> chosen)
    {
        var found = chosen.Select(flow => (Flow: flow, Again: (FlowNote?)null, FirstNs: 0L, Segments: new List<ExampleSegment>())).ToArray();
        long number = 0;
        _ = PcapngFile.Read(trace, (frame, wireBytes, realtimeNs) =>
        {
            if (chosen.Exists(flow => flow.FirstPacket <= number && number <= flow.LastPacket) && TcpSegment.TryParse(frame, wireBytes, out var segment))
            {
                foreach (ref var one in found.AsSpan())
                {
                    Keep(ref one, number, segment, realtimeNs);
                }
            }

            number++;
        });
        return found.Select(one => (one.Flow, one.Segments));
    }

    private static void Keep(ref (FlowNote Flow, FlowNote? Again, long FirstNs, List<ExampleSegment> Segments) one, long number, in TcpSegment segment,
        long realtimeNs)
    {
        var flow = one.Flow;
        var fromClient = flow.IsFromClient(segment) && (segment.Destination, segment.DestinationPort) == (flow.Server, flow.ServerPort);
        var fromServer = (segment.Source, segment.SourcePort, segment.Destination, segment.DestinationPort) == (flow.Server, flow.ServerPort, flow.Client,
            flow.ClientPort);
        if (number < flow.FirstPacket || number > flow.LastPacket || !(fromClient || fromServer) || one.Segments.Count == MostSegments)
        {
            return;
        }

        if (one.Again is null)
        {
            (one.Again, one.FirstNs) = (new FlowNote(number, segment), realtimeNs);
        }

        var again = one.Again.Take(number, segment);
        one.Segments.Add(new ExampleSegment(new Nanoseconds(realtimeNs - one.FirstNs), fromClient, segment, one.Again.Relative(segment), again));
    }

    private static ExampleFlow Example(FlowNote flow, List<ExampleSegment> segments, int count) => new(
        FlowOutcome.Of(flow),
        count,
        TcpSegment.EndpointText(flow.Client, flow.ClientPort),
        TcpSegment.EndpointText(flow.Server, flow.ServerPort),
        flow.Client >= TcpSegment.Mapped(AddressRange.Benchmark.First) && flow.Client <= TcpSegment.Mapped(AddressRange.Benchmark.Last),
        flow.Packets,
        [.. segments]);
}
