using System.Collections.Immutable;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Server;

/// <summary>Looks at the server 100 times a second and writes what has changed.</summary>
/// <remarks>
/// Concurrency: one thread of its own; <see cref="Report"/> may be called by another and takes the same lock, so that lines are in the order of their moments.
/// All listeners are read in one sweep, and a sweep is written only when it differs from the last one: the volume follows the load, not the time.
/// Tallies are written every 100 ms at most, and failures each 10 ms, already added up.
/// Descriptors that it needs (the directory of its own descriptors) are opened at the start: at the fd limit it goes on.
/// </remarks>
internal sealed class ServerSampler : IDisposable
{
    private const int RowsOfLine = 1_000;
    private static readonly Nanoseconds Interval = Nanoseconds.FromMilliseconds(10);
    private static readonly Nanoseconds TallyInterval = Nanoseconds.FromMilliseconds(100);
    private readonly Lock gate = new();
    private readonly OwnDescriptors descriptors = new();
    private readonly TcpServer server;
    private readonly RunClock clock;
    private readonly ObservationPipe pipe;
    private readonly Thread thread;
    private ImmutableArray<ListenerView> lastSweep = [];
    private ServerTally? lastTally;
    private long failedAccepts;
    private volatile bool stopping;

    /// <summary>Makes the thread, which does not run yet.</summary>
    public ServerSampler(TcpServer server, RunClock clock, ObservationPipe pipe)
    {
        (this.server, this.clock, this.pipe) = (server, clock, pipe);
        thread = new Thread(Run) { IsBackground = true, Name = "server sampler" };
    }

    /// <summary>Starts it.</summary>
    public void Start() => thread.Start();

    /// <summary>Writes what is there now, changed or not, descriptors too.</summary>
    public void Report()
    {
        lock (gate)
        {
            WriteFailures();
            WriteAccepts();
            WriteSweep(isReport: true);
            WriteTally(isReport: true);
            WriteDescriptors();
            pipe.Write(new CpuUsed(Role.Server, 0, ProcessorTime.OfProcess) { T = clock.Now });
        }
    }

    /// <summary>Writes the listeners if they have changed.</summary>
    public void Sweep()
    {
        lock (gate)
        {
            WriteSweep(isReport: false);
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

        descriptors.Dispose();
    }

    private void Run()
    {
        var lastLook = clock.Now;
        while (!stopping)
        {
            // From now, not from the last due moment: after a pause of the machine there is nothing to catch up on.
            var due = clock.Now + Interval;
            clock.SleepUntil(due);
            var late = clock.Now - due;
            var accepting = new Nanoseconds(server.Accepting.TakeLateness());
            var gap = late > accepting ? late : accepting;
            if (gap > ClockGap.Least)
            {
                pipe.Write(new ClockGap(Role.Server, 0, gap) { T = clock.Now });
            }

            lock (gate)
            {
                WriteFailures();
                WriteAccepts();
                var look = clock.Now;
                WriteSweep(isReport: false);
                SayWhatWasMissed(clock.Now - lastLook);
                lastLook = look;
                WriteTally(isReport: false);
            }
        }
    }

    private void SayWhatWasMissed(Nanoseconds sinceLastLook)
    {
        if (sinceLastLook > SamplesLost.MostBetweenLooks)
        {
            var missed = (sinceLastLook.Value / Interval.Value) - 1;
            pipe.Write(new SamplesLost(LossSource.ServerTicks, missed, $"the server's sampler took no sample for {sinceLastLook}") { T = clock.Now });
        }
    }

    private void WriteFailures()
    {
        foreach (var failure in server.Failures.Take(out failedAccepts))
        {
            pipe.Write(new SyscallFailed(Role.Server, 0, failure.Syscall, failure.Errno, failure.Count, failure.First, failure.Last) { T = clock.Now });
        }
    }

    private void WriteAccepts()
    {
        var (moments, more) = server.Accepting.TakeRecords();
        for (var from = 0; from < moments.Length; from += RowsOfLine)
        {
            pipe.Write(new AcceptRecords([.. moments.Skip(from).Take(RowsOfLine).Select(moment => moment - clock.EpochNs)]) { T = clock.Now });
        }

        if (more > 0)
        {
            pipe.Write(new AcceptRecords([], more) { T = clock.Now });
        }
    }

    private void WriteSweep(bool isReport)
    {
        var sweep = server.Listeners.Sweep();
        if (isReport || !sweep.AsSpan().SequenceEqual(lastSweep.AsSpan()))
        {
            pipe.Write(new ListenersSeen(ListenerWitness.TcpInfo, sweep) { T = clock.Now });
            lastSweep = sweep;
        }
    }

    private void WriteTally(bool isReport)
    {
        var now = clock.Now;
        if (!isReport && lastTally is not null && now - lastTally.T < TallyInterval)
        {
            return;
        }

        var tally = server.Tally(withRetransmits: isReport) with { T = now, FailedAccepts = failedAccepts };
        if (isReport || lastTally is null || Figures(tally) != Figures(lastTally))
        {
            pipe.Write(tally);
            lastTally = tally;
            if (!isReport && descriptors.IsCheap)
            {
                WriteDescriptors();
            }
        }
    }

    private void WriteDescriptors()
    {
        var limit = ResourceLimits.Nofile(0) ?? new SoftAndHard(0, 0);
        pipe.Write(new DescriptorsSeen(Role.Server, 0, server.Reserve.Count(descriptors), limit.Soft, limit.Hard) { T = clock.Now });
    }

    private static (long Accepted, long Open, long EndOfStream, long BytesRead, long Errors, Nanoseconds? DeferAccept) Figures(ServerTally tally) =>
        (tally.Accepted, tally.Open, tally.EndOfStream, tally.BytesRead, tally.Errors.Values.Sum(), tally.DeferAccept);
}
