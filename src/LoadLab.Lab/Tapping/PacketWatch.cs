using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Reads the packet tap while a variant runs: writes the trace, counts segments, finds retransmissions.</summary>
/// <remarks>
/// Concurrency: one thread of its own reads the ring; <see cref="Look"/> and <see cref="PhaseBegan"/> may come from another, the gate keeps them apart.
/// It wakes when a block of the ring is ready, and not more often than every 10 ms: a wake-up is taken from what is measured.
/// </remarks>
internal sealed class PacketWatch : IDisposable
{
    private const int MostSingles = 5000;
    private const int IdleMs = 100;
    private static readonly Nanoseconds ReadEvery = Nanoseconds.FromMilliseconds(10);
    private static readonly Nanoseconds TellEvery = Nanoseconds.FromMilliseconds(100);
    private static readonly Nanoseconds Patience = Nanoseconds.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly PacketTap tap;
    private readonly TraceFile trace;
    private readonly RunClock clock;
    private readonly ObservationPipe pipe;
    private readonly WallClockOffset wall = new();
    private readonly SegmentTally tally;
    private readonly RetransmitTracker tracker;
    private readonly RetransmitSums sums = new();
    private readonly PacketTaker take;
    private readonly Thread thread;
    private volatile bool stopping;
    private int singles;
    private long taken;
    private long captured;
    private long lost;
    private long unfollowed;
    private long told = -1;
    private Nanoseconds tellDue;

    private PacketWatch(PacketTap tap, LabOrder order, string path, PortRange ports, RunClock clock, ObservationPipe pipe)
    {
        this.tap = tap;
        this.clock = clock;
        this.pipe = pipe;
        var variant = order.Variant.Name.Length > 0 ? $", variant {order.Variant.Name}" : "";
        trace = new TraceFile(path, $"{order.Variant.Declared.Name}{variant}: {order.Variant.Declared.Claim}", Note);
        tally = new SegmentTally(ports);
        tracker = new RetransmitTracker(ports);
        take = Take;
        thread = new Thread(ReadLoop) { IsBackground = true, Name = "packet tap" };
    }

    /// <summary>Opens the tap for the server's ports: what came before is not seen. Null, and a note, where the kernel refuses.</summary>
    public static PacketWatch? Open(LabOrder order, PortRange ports, RunClock clock, ObservationPipe pipe)
    {
        if (order.TracePath is not { } path)
        {
            return null;
        }

        try
        {
            return new PacketWatch(PacketTap.Open(ports), order, path, ports, clock, pipe);
        }
        catch (KernelException e)
        {
            pipe.Write(
                new Note(
                    $"packets are not seen ({e.Message}), so what rests on them is inconclusive: the tap needs CAP_NET_RAW, which root and the namespace "
                + $"sandbox have; trace=false does without") { T = clock.Now });
            return null;
        }
    }

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        PacketWarmUp.Run();
        Tell(always: true);
        thread.Start();
    }

    /// <summary>The first packet from this moment on opens the phase in the trace.</summary>
    public void PhaseBegan(string phase, Nanoseconds at)
    {
        lock (gate)
        {
            tally.PhaseBegan();
            trace.PhaseBegan(phase, at.Value + clock.EpochNs + wall.OffsetNs);
        }
    }

    /// <summary>Takes all that the kernel has captured until now, and says what there is: whoever asks next finds it in the observations.</summary>
    public void Look()
    {
        lock (gate)
        {
            Ask();
            var until = clock.Now + Patience;
            while (taken < captured && clock.Now < until)
            {
                if (tap.Take(take) == 0)
                {
                    // The kernel hands the open block over when it is 10 ms old.
                    tap.Wait(PacketTap.RetireMs);
                }
            }

            if (taken < captured)
            {
                Lose(captured - taken, $"the kernel did not hand the last block of the tap's ring over within {Patience}");
                captured = taken;
            }

            Tell(always: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping = true;
        if (!thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            thread.Join();
        }

        Look();
        trace.Complete(clock.Now.Value + clock.EpochNs + wall.OffsetNs, tally.Total, lost);
        trace.Dispose();
        tap.Dispose();
    }

    private void ReadLoop()
    {
        while (!stopping)
        {
            tap.Wait(IdleMs);
            var now = clock.Now;
            lock (gate)
            {
                _ = tap.Take(take);
                tracker.Forget(now);
                if (now >= tellDue)
                {
                    Ask();
                    Tell(always: false);
                }
            }

            clock.SleepUntil(now + ReadEvery);
        }
    }

    private void Take(CapturedPacket packet)
    {
        taken++;
        trace.Write(packet);
        if (!TcpSegment.TryParse(packet.Headers, packet.WireBytes, out var segment))
        {
            return;
        }

        var at = new Nanoseconds(wall.ToMonotonicNs(packet.RealtimeNs) - clock.EpochNs);
        tally.Add(segment, at);
        if (tracker.See(at, segment) is { } again)
        {
            Found(again, segment, at);
        }
    }

    private void Found(in Retransmission again, in TcpSegment segment, Nanoseconds at)
    {
        var isScripted = IsScripted(segment.Source);
        if (!isScripted)
        {
            sums.Add(again);
        }

        if (singles < MostSingles)
        {
            singles++;
            pipe.Write(new Retransmitted(
                again.Kind,
                TcpSegment.EndpointText(segment.Source, segment.SourcePort),
                TcpSegment.EndpointText(segment.Destination, segment.DestinationPort),
                again.Attempt,
                again.SinceFirst,
                again.SincePrevious,
                isScripted) { T = at });
        }
    }

    // The scripted peer's addresses; no kernel of the run has one of them.
    private static bool IsScripted(UInt128 source) =>
        source >= TcpSegment.Mapped(AddressRange.Benchmark.First) && source <= TcpSegment.Mapped(AddressRange.Benchmark.Last);

    /// <summary>How much the kernel has captured, and how much it had no room for.</summary>
    private void Ask()
    {
        var statistics = tap.Statistics();
        captured += statistics.Captured;
        if (statistics.Dropped > 0)
        {
            Lose(statistics.Dropped, $"the packet tap's ring of {PacketTap.RingBytes >> 20} MB was full: its reader got no processor for too long");
        }

        if (tracker.Unfollowed > unfollowed)
        {
            pipe.Write(new SamplesLost(LossSource.Flows, tracker.Unfollowed - unfollowed,
                "more flows at once than are followed, so their retransmissions are not known") { T = clock.Now });
            unfollowed = tracker.Unfollowed;
        }

        if (wall.Refresh())
        {
            Note("the wall clock was set while the run went on: packets of that moment may be timed wrongly");
        }
    }

    private void Lose(long packets, string why)
    {
        lost += packets;
        pipe.Write(new SamplesLost(LossSource.Packets, packets, why) { T = clock.Now });
    }

    private void Tell(bool always)
    {
        tellDue = clock.Now + TellEvery;
        if (!sums.IsEmpty)
        {
            pipe.Write(new RetransmitsCounted(sums.Take()) { T = clock.Now });
        }

        if (always || told != tally.Total)
        {
            told = tally.Total;
            pipe.Write(new PacketsCounted(tally.Total, trace.Packets, tally.Counts())
            {
                T = clock.Now,
                SynGaps = tally.SynGaps(),
                ResetsAfterClose = tracker.ResetsAfterClose,
            });
            trace.Flush();
        }
    }

    private void Note(string text) => pipe.Write(new Note(text) { T = clock.Now });
}
