using System.Collections.Immutable;
using LoadLab.Judging.Diagnoses;
using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>One variant's figures, as run.json has them.</summary>
internal static class VariantFigures
{
    public static VariantResult Of(Plan plan, VariantEvidence evidence)
    {
        var (variant, seen) = (evidence.Planned, evidence.Final);
        var facts = RunFacts.Of(plan, evidence);
        return new VariantResult
        {
            Name = variant.Name,
            Settings = variant.Settings,
            Connections = Connections(seen.Clients),
            Errors = Errors(seen),
            Diagnoses = DiagnosisCatalogue.Of(facts),
            Counters = Counters(variant, seen.Counters),
            Queues = Queues(variant, seen),
            States = seen.States.Both.Where(pair => pair.Value.Peak > 0).ToImmutableSortedDictionary(),
            Retransmits = Retransmits(variant, evidence, seen),
            Lost = evidence.Losses.ToImmutableSortedDictionary(loss => loss.Key, loss => loss.Value.Count),
            Packets = Packets(evidence, seen.Packets),
            DropPath = DropPaths.Of(facts),
            Server = seen.Server is { } tally
                ? new ServerFigures(tally.Accepted, tally.PerListener.IsDefault ? [] : tally.PerListener, tally.Open, tally.EndOfStream, tally.Errors)
                : null,
            Peer = seen.Peer is { } peer ? new PeerFigures(peer.Flows, peer.Answered, peer.HalfOpen, peer.Resets, peer.Sent, peer.SynAcks) : null,
            OwnTimes = OwnTimes(variant, seen.Clients.OwnTimes),
            Phases = [.. evidence.Phases],
        };
    }

    private static ConnectionFigures Connections(ClientSightings clients) =>
        new(clients.Attempted, clients.Established, clients.Failed, clients.Pending, Latency(clients.Latency), Latency(clients.Lateness));

    private static LatencyFigures? Latency(LatencyHistogram histogram)
    {
        double Quantile(double q) => histogram.Quantile(q)!.Value.Seconds;
        return histogram.Count == 0
            ? null
            : new LatencyFigures(histogram.Count, histogram.Min.Seconds, Quantile(0.5), Quantile(0.9), Quantile(0.99), histogram.Max.Seconds);
    }

    private static ImmutableArray<OwnTimeFigures> OwnTimes(VariantPlan variant, OwnTimeSightings seen)
    {
        if (!variant.Asked.Any(one => one.Witness == ClientWitnesses.OwnTimes || one.Witness == ClientWitnesses.OwnTimesOfFailed))
        {
            return [];
        }

        string[] loads = [.. variant.Declared.Phases.Where(phase => phase.Action is LoadAction).Select(phase => phase.Name)];
        return [.. seen.Steps.Select(one => new OwnTimeFigures(
            loads[one.Step.Wave],
            one.Step.Tenth,
            one.Step.IsFailed,
            one.Times.Count,
            one.Times.Quantile(0.5)!.Value.Seconds,
            one.Times.Quantile(0.9)!.Value.Seconds,
            one.Times.Max.Seconds))];
    }

    internal static ImmutableArray<ErrorFigures> Errors(Sightings seen)
    {
        // A failed connect is counted with the connects; should the swarm also report the call itself, it is still one failure.
        var all = new Dictionary<(Role Role, string Syscall, Errno Errno), FailureSum>(seen.SyscallFailures);
        foreach (var ((syscall, errno), sum) in seen.Clients.Failures)
        {
            all[(Role.Swarm, syscall, errno)] = sum;
        }

        return [.. all.Select(pair => new ErrorFigures(pair.Key.Role, pair.Key.Syscall, pair.Key.Errno, pair.Value.Count, pair.Value.First.Seconds,
            pair.Value.Last.Seconds))
            .OrderBy(error => error.FirstS).ThenBy(error => error.Syscall, StringComparer.Ordinal)];
    }

    private static ImmutableSortedDictionary<string, ulong> Counters(VariantPlan variant, CounterSightings counters) =>
        Counter.Reported.Concat(variant.Asked.Select(one => one.Argument).OfType<Counter>()).Concat(counters.Moved).Distinct()
            .Where(counter => counters.Delta(counter) is not null)
            .ToImmutableSortedDictionary(counter => counter.Name, counter => counters.Delta(counter)!.Value);

    private static QueueFigures Queues(VariantPlan variant, Sightings seen)
    {
        ListenerSightings[] sides = [.. new[] { seen.SockDiag, seen.TcpInfo }.Where(side => side.Any)];
        long? limit = sides.Length == 0 ? null : sides[0].BacklogLast;
        return new QueueFigures(
            new AcceptQueueFigures(limit, limit + 1 ?? (variant.Declared.HasOwnServer ? variant.Capacity : null), sides.Length == 0 ? null
                : sides.Max(side => side.Peak), sides.Length == 0 ? null : sides[0].Last)
            {
                Listeners = sides.Length == 0 || sides[0].Views.Length < 2 ? []
                    : [.. sides[0].Views.Select((one, i) => new ListenerFigures(one.LiveBacklog, sides[0].Peaks[i], one.Queue, one.Drops))],
            },
            new SynQueueFigures(seen.States.Any ? StateSightings.Of(seen.States.Server, "SYN-RECV").Peak : null));
    }

    internal static ImmutableSortedDictionary<string, RetransmitFigures> Retransmits(VariantPlan variant, VariantEvidence evidence, Sightings seen) =>
        seen.Packets.Any ? Retransmits(variant, seen.Packets) : Retransmits(evidence, seen.Counters);

    private static ImmutableSortedDictionary<string, RetransmitFigures> Retransmits(VariantPlan variant, PacketSightings packets) =>
        Enum.GetValues<RetransmitKind>().ToImmutableSortedDictionary(RetransmitKinds.NameOf, kind =>
        {
            var times = Enumerable.Range(1, packets.Attempts(kind)).Select(attempt => packets.Times(kind, attempt)).OfType<RetransmitTimes>().ToList();
            return new RetransmitFigures((ulong)packets.Retransmits(kind), [.. times.Select(one => Seconds(one.Median))])
            {
                PredictedS = [.. Enumerable.Range(1, times.Count).Select(step => Predicted(variant, kind, step)).TakeWhile(range => range is not null)
                    .Select(range => range!.Value)],
                Spread = [.. times.Select(one => ImmutableArray.Create(Seconds(one.Min), Seconds(one.Max)))],
            };
        });

    private static PredictedRange? Predicted(VariantPlan variant, RetransmitKind kind, int step) =>
        variant.Predictions.FirstOrDefault(prediction => prediction.Quantity == RunQuantities.Step.Of(new RetransmitStep(kind, step)))?.Range;

    private static PacketFigures? Packets(VariantEvidence evidence, PacketSightings packets) => packets.Any
        ? new PacketFigures(packets.Segments, evidence.Losses.GetValueOrDefault(LossSource.Packets).Count, packets.Traced, packets.Traced > 0
            ? TraceName.Of(evidence.Name) : null, packets.Sent)
        : null;

    private static double Seconds(Nanoseconds time) => Math.Round(time.Seconds, 6);

    // Without a tap: the kernel's counter of both kinds, and the SYNs of the one client that was watched.
    private static ImmutableSortedDictionary<string, RetransmitFigures> Retransmits(VariantEvidence evidence, CounterSightings counters) =>
        counters.Delta(Counter.SynRetrans) is { } count
            ? ImmutableSortedDictionary<string, RetransmitFigures>.Empty.Add("SYN", new RetransmitFigures(count, [.. evidence.SynsResentS]))
            : ImmutableSortedDictionary<string, RetransmitFigures>.Empty;
}
