using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Judging.Diagnoses;

/// <summary>The facts of a variant of a run, from its plan and evidence.</summary>
internal static class RunFacts
{
    private const string AbortOnOverflow = "net.ipv4.tcp_abort_on_overflow";
    private const string Cookies = "net.ipv4.tcp_syncookies";

    // A connect that failed so had sent no SYN.
    private static readonly HashSet<Errno> BeforeTheSyn = [Errno.EADDRNOTAVAIL, Errno.EADDRINUSE, Errno.EMFILE, Errno.ENFILE, new(1), new(12), new(13),
        new(101)];

    public static Facts Of(Plan plan, VariantEvidence evidence)
    {
        var (variant, seen) = (evidence.Planned, evidence.Final);
        var drops = DropFacts.Of(seen.Counters.Delta, Witnesses(plan, evidence, seen));
        var listeners = Listeners(variant, seen);
        return new Facts
        {
            Counter = seen.Counters.Delta,
            Sysctl = name => plan.Host.SysctlOf(variant.Declared, name),
            Drops = drops,
            Listeners = listeners,
            Accept = Accept(evidence, seen, listeners.Sum(one => one.Queue)),
            Clients = seen.Clients.Attempted == 0 && seen.Peer is null ? null
                : new ClientFacts(Loads(variant).Any(load => load is { LiveBind: BindWay.First, Ports: PortStrategy.Kernel }), listeners.IsEmpty ? null
                    : drops?.Vanished),
            Failures = VariantFigures.Errors(seen),
            Processes =
            [
                // By a look into /proc, or by its own word.
                .. from one in seen.Processes.Of(Role.Server)
                   let now = one.Last is { } last ? (last.Open, last.Soft, last.Hard) : one.Own is { } own ? (own.Open, own.Soft, own.Hard)
                       : default((long Open, long Soft, long Hard)?)
                   where now is not null
                   select new ProcessFacts("the server", now.Value.Open, Math.Max(0, now.Value.Soft - now.Value.Open), now.Value.Soft, now.Value.Hard,
                       one.WasFull),
            ],
            CloseWaits = [new Counted("the server", StateSightings.Of(seen.States.Server, "CLOSE-WAIT").Last - seen.States.QueuedClosed.Last)],
            Silences = [.. Silences(variant, evidence, seen)],
            GivenUpByKeepalive = GivenUpByKeepalive(seen),
        };
    }

    private static IEnumerable<SwarmSpec> Loads(VariantPlan variant) => variant.Declared.Loads.Select(load => load.Swarm);

    private static DropWitnesses Witnesses(Plan plan, VariantEvidence evidence, Sightings seen)
    {
        var declared = evidence.Planned.Declared;
        var cookies = plan.Host.SysctlOf(declared, Cookies);
        var aborts = declared.Actions<SysctlAction>().Select(action => action.Sysctls.GetValueOrDefault(AbortOnOverflow))
            .Append(plan.Host.SysctlOf(declared, AbortOnOverflow));
        return new DropWitnesses
        {
            SkDrops = !seen.SockDiag.HasGone && (seen.SockDiag.Drops ?? seen.TcpInfo.Drops) is { } listener ? (ulong)listener : null,
            UnansweredSyns = Unanswered(evidence, seen),
            SawHalfOpen = StateSightings.Of(seen.States.Server, "SYN-RECV").Peak > 0,
            CookiesOff = cookies == "0",
            AlwaysCookies = cookies == "2",
            Aborts = aborts.Any(value => value is not (null or "0")),
            ResetsSent = (ulong)(seen.Peer?.Sent.GetValueOrDefault("rst") ?? 0),
            DataOverflows = evidence.CountIn(Counter.ListenOverflows, phase => phase.Action is PeerAction { Send: PeerSegment.Data }),
        };
    }

    // By the packets, which count everybody's; without them by the clients and the peer, where each knows how often it sent.
    private static long? Unanswered(VariantEvidence evidence, Sightings seen)
    {
        if (Loads(evidence.Planned).Any(load => load.Target is not null))
        {
            return null;
        }

        var refused = seen.Clients.Failures.Where(pair => pair.Key.Errno == Errno.ECONNREFUSED).Sum(pair => pair.Value.Count);
        if (seen.Packets.Any && !evidence.Losses.ContainsKey(LossSource.Packets))
        {
            var sent = seen.Packets.Sent;
            return sent.GetValueOrDefault("client.SYN") - (
                sent.GetValueOrDefault("server.SYN-ACK") - seen.Packets.Retransmits(RetransmitKind.SynAck)) - refused;
        }

        var (clients, peer) = (seen.Clients, seen.Peer);
        if ((clients.Attempted == 0 && peer is null) || (peer is not null && peer.Sent.GetValueOrDefault("syn") != peer.Flows))
        {
            return null;
        }

        var unsent = clients.Failures.Where(pair => BeforeTheSyn.Contains(pair.Key.Errno)).Sum(pair => pair.Value.Count);
        var isCounted = clients.AllReported && clients.Failed == unsent && !seen.Losses.ContainsKey("clients");
        return clients.Attempted > 0 && !isCounted ? null
            : clients.Attempted - unsent + clients.SynRetransmits - clients.Established + (peer is null ? 0 : peer.Flows - peer.Answered);
    }

    private static ImmutableArray<ListenerFacts> Listeners(VariantPlan variant, Sightings seen)
    {
        var side = seen.SockDiag.Any ? seen.SockDiag : seen.TcpInfo;
        var (halfOpen, backlogs) = (seen.States.Any ? StateSightings.Of(seen.States.Server, "SYN-RECV").Peak : 0, side.Views.Sum(one => one.LiveBacklog));
        long? asked = variant.Declared.HasOwnServer && !variant.Declared.Has<ListenAction>() ? variant.Declared.Server.Backlog : null;
        return
        [
            .. side.Views.Select((one, i) => new ListenerFacts("", one.Queue, side.Peaks[i], one.LiveBacklog, halfOpen, one.Drops, side.Views.Length, backlogs)
            {
                QueuedClosed = seen.States.QueuedClosed.Peak,
                Asked = asked,
                WasTaken = side.Taken[i],
            }),
        ];
    }

    private static AcceptFacts Accept(VariantEvidence evidence, Sightings seen, long queued)
    {
        var side = seen.SockDiag.Any ? seen.SockDiag : seen.TcpInfo;
        var established = seen.Clients.Established;
        var since = side.Changed > seen.Clients.LastEstablished ? side.Changed : seen.Clients.LastEstablished;
        return new AcceptFacts(
            seen.Server?.Accepted ?? (side.Any && seen.Peer is null && established > 0 ? Math.Max(0, established - queued - side.ClosedWith) : null),
            queued,
            queued > 0 && side.Looked > since ? side.Looked - since : null,

            // The end of a run that did not finish is LoadLab's own doing.
            evidence.Unfinished is null ? side.ClosedWith : 0,
            side.FirstDrop is null ? null : side.RoomAtFirstDrop);
    }

    // Who stops acknowledging is declared; what that cost is seen.
    private static IEnumerable<SilenceFacts> Silences(VariantPlan variant, VariantEvidence evidence, Sightings seen)
    {
        var sends = variant.Declared.Actions<PeerAction>().Select(peer => peer.Send).ToList();
        var isPeerAlone = seen.Peer is { Flows: > 0 } && seen.Clients.Attempted == 0;
        (RetransmitKind Kind, bool IsIt, string End)[] kinds =
        [
            (RetransmitKind.Syn, Loads(variant).Any(load => load.Target is not null), SynEnd(seen)),
            (RetransmitKind.Fin, isPeerAlone && variant.Declared.Server.Connection == ConnectionBehaviour.Close, End(seen)),
            (RetransmitKind.Data, isPeerAlone && variant.Declared.Server.Connection != ConnectionBehaviour.Close
                && sends.Contains(PeerSegment.Data), End(seen)),
            (RetransmitKind.SynAck, isPeerAlone && seen.Peer!.Answered > 0 && StateSightings.Of(seen.States.Server, "SYN-RECV").Peak > 0, ""),
        ];
        var retransmits = VariantFigures.Retransmits(variant, evidence, seen);
        return kinds.Where(one => one.IsIt && retransmits.ContainsKey(RetransmitKinds.NameOf(one.Kind)))
            .Select(one => (one, Seen: retransmits[RetransmitKinds.NameOf(one.Kind)]))
            .Select(pair => new SilenceFacts(pair.one.Kind, pair.Seen.Count, pair.Seen.ScheduleS, pair.one.End));
    }

    // Every give-up counts in TCPAbortOnTimeout; one by keepalive is the only one before which no retransmission timer has fired.
    private static ulong? GivenUpByKeepalive(Sightings seen) =>
        seen.Counters.Delta(Counter.KeepAlive) > 0 && seen.Counters.Delta(Counter.Timeouts) == 0 ? seen.Counters.Delta(Counter.AbortOnTimeout) : null;

    private static string SynEnd(Sightings seen)
    {
        var failed = seen.Clients.Failures.Where(pair => pair.Key.Errno == Errno.ETIMEDOUT).Sum(pair => pair.Value.Count);
        return failed == 0 ? "" : $", and {TextFormat.Count(failed, "connect")} failed with ETIMEDOUT";
    }

    private static string End(Sightings seen)
    {
        var gone = seen.Counters.Delta(Counter.AbortOnTimeout) ?? 0;
        var reset = seen.Counters.Delta(Counter.AbortOnMemory) ?? 0;
        List<string> ends = [];
        if (gone > 0)
        {
            ends.Add(
                $"{TextFormat.Count(gone, "connection")} {(gone == 1 ? "was" : "were")} given up "
                + $"{(seen.Server?.Errors.ContainsKey(Errno.ETIMEDOUT) == true ? "with ETIMEDOUT" : "silently")}");
        }

        if (reset > 0)
        {
            ends.Add($"{reset} {(reset == 1 ? "was" : "were")} reset");
        }

        return ends.Count == 0 ? "none was given up by the end of the run" : TextFormat.And(ends);
    }
}
