using LoadLab.KernelModel;
using LoadLab.Model;

namespace LoadLab.Planning.Predictions;

/// <summary>What the model says a witness will see at a phase's end, for those whose figure follows from it.</summary>
/// <remarks>A quantity says what is true; a witness that its author names may be of something else that has the same value with the scenario's own settings
/// only.</remarks>
internal static class WitnessFigures
{
    private static readonly Nanoseconds SomeLooks = Nanoseconds.FromMilliseconds(100);

    /// <summary>The least and the most of all draws; null where the model does not tell.</summary>
    /// <param name="term">The witness, or the difference of two.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="runs">The model's runs of it.</param>
    public static WitnessFigure? Of(WitnessTerm term, Scenario scenario, IReadOnlyList<ModelRun> runs)
    {
        if (term.Second is null && term.First.Argument is Role.Swarm
            && (term.First.Witness == ProcessWitnesses.OwnOpen || term.First.Witness == ProcessWitnesses.Filled))
        {
            return DescriptorLimits.MayStayBelow(scenario);
        }

        // Several threads that spin take as many processors as they get.
        if (term.Second is null && term.First.Argument is Role.Server && scenario.Server is { AtLimit.Kind: AtLimitKind.Spin, AcceptThreads: > 1 }
            && (term.First.Witness == ProcessWitnesses.OwnCpu || term.First.Witness == ProcessWitnesses.Cpu))
        {
            return new WitnessFigure(PredictedRange.AtLeast(0), IsOpen: false);
        }

        if (term.Sign == WitnessSign.Over || runs.Count == 0 || scenario.Subject is not null || scenario.Sysctls.ContainsKey("fs.file-max"))
        {
            return null;
        }

        (decimal Low, decimal High)? all = null;
        var isContested = false;
        foreach (var run in runs)
        {
            if (At(term.First, scenario, run) is not { } first
                || (term.Second is null ? (Low: 0m, High: 0m) : At(term.Second, scenario, run)) is not { } second)
            {
                return null;
            }

            var (low, high) = (first.Low - second.High, first.High - second.Low);
            all = all is { } before ? (Math.Min(before.Low, low), Math.Max(before.High, high)) : (low, high);
            isContested |= run.Last.IsContested;
        }

        return all is { } range
            ? new WitnessFigure(
                new PredictedRange(range.Low, range.High), IsOpen: range.Low < range.High && (isContested || scenario.Server.Listeners > 1))
            : null;
    }

    /// <summary>True for a witness of the first drop where by the rules nothing is dropped.</summary>
    public static bool SeesNothing(WitnessTerm term, Scenario scenario, IReadOnlyList<ModelRun> runs) => runs.Count > 0
        && ModelPredictions.WhyNot(scenario) is null && runs.All(run => run.RoomAtFirstDrop is null)
        && ListenerWitnesses.Both.Any(by => term.First.Witness == by.RoomAtFirstDrop || term.First.Witness == by.FirstDrop);

    private static (decimal Low, decimal High)? At(WitnessRef witness, Scenario scenario, ModelRun run)
    {
        var last = ModelPredictions.WhyNot(scenario) is null ? run.Last : null;
        var at = witness.Phase is null ? last : run.Phases.FirstOrDefault(phase => phase.Phase == witness.Phase);
        return at is null ? null
            : IsOutRsts(witness) && at.Resets > 0 && Value(witness, scenario, at) is null ? (1, long.MaxValue)
            : MayMeetNoSocket(witness, at) ? Value(witness, scenario, at) is { } least ? (least, least + at.Stray) : null
            : witness.Witness == ClientWitnesses.SynsUnanswered && HasGivenUp(scenario, at)
                ? (at.Waiting + at.GaveUp, at.SynRetransmits + at.Waiting + at.GaveUp)
            : ListenerWitnesses.Both.Any(by => by.Peak == witness.Witness) ? (at.QueuePeak.Least, at.QueuePeak.Most)
            : ListenerWitnesses.Both.Any(by => by.RoomAtFirstDrop == witness.Witness) ? run.RoomAtFirstDrop is { } room ? (room, room) : null
            : witness is { Witness: var row, Argument: "SYN-RECV" } && row == KernelWitnesses.ServerStatePeak ? PeakOfHalfOpen(witness, run)
            : Value(witness, scenario, at) is { } value ? (value, value) : null;
    }

    // What comes late for a connection that was forgotten without TIME-WAIT is answered by a RST, and whether something does has no rule. A RST to a
    // connection that the server has forgotten or reset meets the listener, which counts it as dropped (net/ipv4/tcp_input.c tcp_rcv_state_process).
    private static bool MayMeetNoSocket(WitnessRef witness, Snapshot at) => at.Stray > 0
        && (IsOutRsts(witness) || ListenerWitnesses.Both.Any(by => by.Drops == witness.Witness));

    private static bool IsOutRsts(WitnessRef witness) =>
        witness.Witness == KernelWitnesses.CounterDelta && witness.Argument is Counter { Name: "Tcp.OutRsts" };

    // A client whose own time-out ends its connect closes the socket. Whether it has read its count of SYNs before is not known; at least one was not answered.
    private static bool HasGivenUp(Scenario scenario, Snapshot at) => at.GaveUp > 0 && scenario.Loads.Any(load => load.Swarm.ConnectTimeout > Nanoseconds.Zero);

    private static decimal? Value(WitnessRef witness, Scenario scenario, Snapshot at)
    {
        var loads = scenario.Loads.Select(load => load.Swarm).ToList();
        var isOwnTarget = loads.Exists(load => load.Target is not null);
        var hasGivenUp = HasGivenUp(scenario, at);
        var hasPeer = scenario.Phases.Any(phase => phase.Action is PeerAction);

        // A scripted peer acknowledges nothing by itself: once the server has sent something, its timers decide what happens to its end.
        var isUnheard = hasPeer && scenario.Server.Connection is not (ConnectionBehaviour.Hold or ConnectionBehaviour.Discard);
        var row = witness.Witness;
        return row switch
        {
            _ when row == ClientWitnesses.Attempted => at.Attempted,
            _ when row == ClientWitnesses.Established => at.Established,
            _ when row == ClientWitnesses.Failed => at.Attempted - at.Established - at.Waiting,
            _ when row == ClientWitnesses.FailedAt => hasGivenUp ? null : FailedAt((string)witness.Argument!, loads, at),
            _ when row == ClientWitnesses.Pending => at.Waiting,
            _ when row == ClientWitnesses.Open => at.Open,
            _ when row == ClientWitnesses.Senders => at.Senders,
            _ when row == ClientWitnesses.DataRetransmits => isUnheard ? null : at.RetransmitsOfOpen,
            _ when row == ClientWitnesses.SynRetransmits => hasGivenUp ? null : at.SynRetransmits,
            _ when row == ClientWitnesses.SynsUnanswered => at.SynRetransmits + at.Waiting + at.GaveUp,
            _ when row == ClientWitnesses.FailedWith => witness.Argument is Errno errno ? OfErrno(errno, at) : null,
            _ when row == ClientWitnesses.Broken => witness.Argument is Errno broken && broken == Errno.ECONNRESET
                && loads.TrueForAll(load => load.ExchangeBytes == 0) ? at.ResetSenders : null,
            _ when row == KernelWitnesses.ClientState => isOwnTarget ? null : at.ClientStates.GetValueOrDefault((string)witness.Argument!),
            _ when row == KernelWitnesses.ServerState =>
                isUnheard && !(witness.Argument is "SYN-RECV" || (witness.Argument is "ESTABLISHED" && at.Peer.Read == 0)) ? null
                : at.ServerStates.GetValueOrDefault((string)witness.Argument!),
            _ when row == KernelWitnesses.BothState =>
                isOwnTarget || isUnheard ? null : at.ClientStates.GetValueOrDefault((string)witness.Argument!)
                + at.ServerStates.GetValueOrDefault((string)witness.Argument!),
            _ when row == KernelWitnesses.TimeWait => at.Buckets,
            _ when row == KernelWitnesses.SynAckRetransmits => at.SynAcksAgainOfRequests,
            _ when row == KernelWitnesses.CounterDelta && witness.Argument is Counter { Name: "Tcp.RetransSegs" } =>
                isUnheard ? null : at.SynRetransmits + at.DataRetransmits + at.FinRetransmits + at.SynAcksAgain,
            _ when row == KernelWitnesses.CounterDelta && witness.Argument is Counter { Name: "TcpExt.TCPTimeouts" } =>
                loads.Count == 0 && at.BytesRead == 0 ? at.SynAckTimeouts : null,
            _ when row == KernelWitnesses.CounterDelta && witness.Argument is Counter { Name: "Tcp.OutRsts" } =>
                isUnheard || MayGiveUp(scenario) ? null : at.Resets,
            _ when row == KernelWitnesses.CounterDelta => witness.Argument is Counter counter ? OfCounter(counter, at) : null,
            _ when row == ServerWitnesses.Accepted => at.Accepted,
            _ when row == ServerWitnesses.Open => isUnheard ? null : at.ServerOpen,
            _ when row == ServerWitnesses.Shed => at.Shed,
            _ when row == ServerWitnesses.BytesRead => at.BytesRead,
            _ when row == ServerWitnesses.EndOfStream => scenario.Server.Connection is not (ConnectionBehaviour.Echo or ConnectionBehaviour.Discard) ? 0
                : ReadsToTheEnd(scenario) && !isUnheard ? at.EndOfStream : null,
            _ when row == ServerWitnesses.Errors => scenario.Server.Connection is not (ConnectionBehaviour.Echo or ConnectionBehaviour.Discard) ? 0
                : ReadsToTheEnd(scenario) && !isUnheard && witness.Argument is Errno error ? error == Errno.ECONNRESET ? at.ServerResets : 0 : null,
            _ when row == ServerWitnesses.FailedAccepts => DescriptorRooms.LimitsServer(scenario) ? at.FailedAccepts : 0,
            _ when row == ProcessWitnesses.Gained =>
                witness.Argument is Role.Server && DescriptorRooms.LimitsServer(scenario) && !isUnheard ? at.ServerOpen : null,
            _ when row == PacketWitnesses.Client => isOwnTarget ? null : OfClients((string)witness.Argument!, scenario, at),
            _ when row == PacketWitnesses.Server => witness.Argument is "SYN-ACK" && !isOwnTarget ? at.SynAcksSent : null,
            _ when row == PacketWitnesses.Retransmits =>
                witness.Argument is RetransmitKinds kinds && kinds == RetransmitKinds.Of(RetransmitKind.Syn) && !hasPeer ? at.SynRetransmits : null,
            _ when row == PeerWitnesses.Sent => witness.Argument is "data" && !FitsOneSegment(scenario) ? null
                : at.Peer.Sent.GetValueOrDefault((string)witness.Argument!),
            _ when row == PeerWitnesses.Flows => at.Peer.Flows,
            _ when row == PeerWitnesses.Unanswered => at.Peer.Flows - at.Peer.Answered,
            _ when row == PeerWitnesses.SynAcks => at.Peer.SynAcks,
            _ when row == PeerWitnesses.SynAcksAgain => at.Peer.SynAcks - at.Peer.Answered,
            _ when row == PeerWitnesses.Answered => at.Peer.Answered,
            _ when row == PeerWitnesses.HalfOpen => at.Peer.HalfOpen,
            _ when row == PeerWitnesses.Resets => at.Peer.Resets,
            _ when row == PeerWitnesses.Acknowledged => at.Peer.Acknowledged,
            _ when row == PeerWitnesses.Echoed => scenario.Server.Connection != ConnectionBehaviour.Echo ? 0 : FitsInitialWindow(scenario)
                ? at.Peer.Read : null,
            _ when row == PeerWitnesses.WithOption =>
                witness.Argument switch { "window-scale" => at.Peer.WithWindowScale, "sack" => at.Peer.WithSack, _ => null },
            _ => OfListeners(row, at),
        };
    }

    // A FIN may go out with the last data, and the scripted peer's own are not known here.
    private static decimal? OfClients(string flag, Scenario scenario, Snapshot at) => flag switch
    {
        "SYN" => at.ActiveOpens + at.SynRetransmits + at.Peer.Flows,
        "FIN" when !scenario.Has<SendAction>() && !scenario.Has<PeerAction>() && scenario.Loads.All(load => load.Swarm.ExchangeBytes == 0) => at.ClientFins,
        _ => null,
    };

    private static bool FitsOneSegment(Scenario scenario) =>
        scenario.Actions<PeerAction>().All(peer => peer.Send != PeerSegment.Data || peer.Bytes <= RetransmitPredictions.LeastMss);

    // A connection that a timer gives up is reset.
    private static bool MayGiveUp(Scenario scenario) => scenario.Server.Keepalive is not null || scenario.Server.UserTimeout > Nanoseconds.Zero
        || scenario.Loads.Any(load => load.Swarm.UserTimeout > Nanoseconds.Zero) || scenario.Has<SendAction>();

    // What recv() says where the server sends nothing and no timer of its own ends a connection.
    private static bool ReadsToTheEnd(Scenario scenario) =>
        scenario.Server is { Connection: ConnectionBehaviour.Discard, Keepalive: null } server && server.UserTimeout == Nanoseconds.Zero;

    // The peer acknowledges nothing by itself, so an echo comes back as far as a first flight goes: 10 segments (include/net/tcp.h TCP_INIT_CWND).
    private static bool FitsInitialWindow(Scenario scenario) =>
        scenario.Actions<PeerAction>().Where(peer => peer.Send == PeerSegment.Data).Sum(peer => (long)peer.Bytes) <= 10 * RetransmitPredictions.LeastMss;

    // A sampler sees what stays for some looks, and may see what does not.
    private static (decimal Low, decimal High) PeakOfHalfOpen(WitnessRef witness, ModelRun run)
    {
        var (surely, most) = (0L, 0L);
        foreach (var (trace, phase) in run.Traces.Zip(run.Phases).Where(pair => witness.Phase is null || pair.Second.Phase == witness.Phase))
        {
            var looks = (int)Math.Ceiling(SomeLooks.Seconds / trace.Step.Seconds);
            for (var i = 0; i < trace.Steps.Count; i++)
            {
                most = Math.Max(most, trace.Steps[i].Most.HalfOpen);
                surely = i + looks > trace.Steps.Count ? surely
                    : Math.Max(surely, Enumerable.Range(i, looks).Min(step => trace.Steps[step].Least.HalfOpen));
            }

            surely = Math.Max(surely, phase.HalfOpen);
        }

        return (surely, most);
    }

    private static decimal? OfListeners(Witness row, Snapshot at)
    {
        foreach (var by in ListenerWitnesses.Both)
        {
            decimal? value = row == by.Last ? at.Queues.Max()
                : row == by.Least ? at.Queues.Min()
                : row == by.Total ? at.Queues.Sum()
                : row == by.BacklogLast ? at.LiveBacklog
                : row == by.Drops ? at.ListenerDrops
                : null;
            if (value is not null)
            {
                return value;
            }
        }

        return null;
    }

    // Without a port of its own, a client that has a socket calls nothing but connect().
    private static decimal? FailedAt(string call, List<SwarmSpec> loads, Snapshot at) => call switch
    {
        "socket" => at.Refused,
        "connect" when loads.TrueForAll(load => load is { LiveBind: BindWay.None, Ports: PortStrategy.Kernel }) =>
            at.Attempted - at.Established - at.Waiting - at.Refused,
        _ => null,
    };

    private static decimal? OfErrno(Errno errno, Snapshot at) => errno == Errno.EMFILE ? at.Refused
        : errno == Errno.ETIMEDOUT ? at.GaveUp
        : errno == Errno.EADDRINUSE ? at.PortInUse
        : errno == Errno.EADDRNOTAVAIL ? at.WithoutPort - at.PortInUse
        : null;

    private static decimal? OfCounter(Counter counter, Snapshot at) =>
        counter == Counter.ListenOverflows ? at.Overflows
        : counter == Counter.ListenDrops ? at.Drops
        : counter == Counter.PassiveOpens ? at.PassiveOpens
        : counter == Counter.SynQueueFullDrop ? at.FullDrops
        : counter == Counter.SynQueueFullDoCookies ? at.FullDoCookies
        : counter == Counter.SyncookiesSent ? at.CookiesSent
        : counter == Counter.SyncookiesRecv ? at.CookiesReceived
        : counter == Counter.DeferAcceptDrop ? at.Deferred
        : counter == Counter.SynRetrans ? at.SynRetransmits + at.SynAcksAgain
        : counter.Name == "Tcp.ActiveOpens" ? at.ActiveOpens
        : null;
}

/// <summary>What the model says a witness will see.</summary>
/// <param name="Range">The least and the most of all draws.</param>
/// <param name="IsOpen">True where clients compete for places, or a hash deals them out, so that it may also be something else.</param>
internal readonly record struct WitnessFigure(PredictedRange Range, bool IsOpen)
{
    /// <summary>True when a claim that this witness sees a value of this range holds by the rules, whatever has no rule: who of several clients gets in, and
    /// how soon a process runs.</summary>
    public bool Bears(PredictedRange claimed) => claimed.Contains(Range.Low) && claimed.Contains(Range.High);

    /// <summary>True when it can hold by the rules.</summary>
    public bool CanBear(PredictedRange claimed) => IsOpen ? Bears(claimed) : Range.Overlaps(claimed);
}
