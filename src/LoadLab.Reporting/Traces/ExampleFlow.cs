using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Reporting.Traces;

/// <summary>A segment of an example.</summary>
/// <param name="SinceFirst">Since the connection's first segment.</param>
/// <param name="FromClient">Who sent it.</param>
/// <param name="Segment">Its headers.</param>
/// <param name="Sequence">Its sequence number since its sender's first; null where that was not seen.</param>
/// <param name="IsAgain">True when all that it carries had been sent before.</param>
internal readonly record struct ExampleSegment(Nanoseconds SinceFirst, bool FromClient, TcpSegment Segment, uint? Sequence, bool IsAgain);

/// <summary>One connection that stands for all with its outcome: the first of them.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Count">How many there are in the trace.</param>
/// <param name="Client">address:port.</param>
/// <param name="Server">address:port.</param>
/// <param name="IsScripted">True when the scripted peer was the client: no kernel's TCP was behind it.</param>
/// <param name="Packets">How many segments it has; <paramref name="Segments"/> are the first of them.</param>
/// <param name="Segments">Its segments, bounded.</param>
internal sealed record ExampleFlow(FlowOutcome Outcome, int Count, string Client, string Server, bool IsScripted, int Packets,
    ImmutableArray<ExampleSegment> Segments);
