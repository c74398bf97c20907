using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>Ports taken, while the phases of a scenario go by: by source address, destination port and the part of the range that a load may use.</summary>
/// <remarks>
/// A connection that is open has its port. One that the client closed first keeps it in TIME-WAIT. One that was reset, one that the server closed first, and one that finds all of
/// net.ipv4.tcp_max_tw_buckets in use gives it back at once. Where a moment is not known well enough to decide, <paramref name="early"/> chooses: two runs give the bounds.
/// </remarks>
/// <param name="ports">The range, with the listeners' ports taken out.</param>
/// <param name="each">How many of the whole range one source and destination have.</param>
/// <param name="wait">How long a port stays in TIME-WAIT.</param>
/// <param name="mostWaiting">net.ipv4.tcp_max_tw_buckets.</param>
/// <param name="early">True: ports come back at their earliest.</param>
internal sealed class PortUse(EphemeralPorts ports, long each, TimeWait wait, long mostWaiting, bool early)
{
    private readonly List<Held> held = [];

    /// <summary>Connects that found a port.</summary>
    public long Established { get; private set; }

    /// <summary>Connects that found none.</summary>
    public long Refused { get; private set; }

    /// <summary>Connections that are open.</summary>
    public long Open => held.Where(one => one.Closed is null).Sum(one => one.Count);

    /// <summary>Clients' ends in TIME-WAIT: each has a port.</summary>
    public long Waiting => held.Where(one => one.Closed is not null).Sum(one => one.Count);

    /// <summary>Server's ends in TIME-WAIT: the clients' ports are free.</summary>
    public long ServerWaiting { get; private set; }

    /// <summary>Connections that would have gone to TIME-WAIT and found no room.</summary>
    public long Overflows { get; private set; }

    /// <summary>The connects of a load go round its source addresses.</summary>
    /// <param name="load">The load.</param>
    /// <param name="port">The server's port it goes to.</param>
    /// <param name="now">When, since the scenario's begin.</param>
    public void Take(SwarmSpec load, int port, PhaseSpan now)
    {
        LeaveTimeWait(now);
        var sources = load.Sources ?? (load.LiveBind == BindWay.None ? AddressRange.Loopback : default);
        var range = load.LocalPorts is { } local ? ports.Range.Narrowed(local) : ports.Range;
        for (var i = 0L; i < Math.Min(sources.Count, load.Connections); i++)
        {
            // A port that bind() itself picks must be free for every destination.
            var end = new End(sources[i], load.LiveBind == BindWay.First ? 0 : port);
            var asked = ((load.Connections - 1 - i) / sources.Count) + 1;
            var got = load.Then == ClientEnd.Reset ? asked : TakePorts(asked, end, range, now);
            Established += got;
            Refused += asked - got;
            Keep(load.Then, end, range, got, now);
        }
    }

    /// <summary>Every client that holds its connection closes it; the server had done so before, or does now.</summary>
    public void Close(bool serverWasFirst, PhaseSpan now)
    {
        LeaveTimeWait(now);
        var open = held.Where(one => one.Closed is null).ToList();
        _ = held.RemoveAll(open.Contains);
        foreach (var one in open)
        {
            if (serverWasFirst)
            {
                ServerWaiting += Admit(one.Count);
            }
            else
            {
                Keep(ClientEnd.Close, one.End, one.Range, one.Count, now);
            }
        }
    }

    /// <summary>Time goes on.</summary>
    public void LeaveTimeWait(PhaseSpan now)
    {
        // Only those that are gone whether anybody takes their port or not: TIME-WAIT that may be reused stays until it is.
        var gone = TimeWait.Of(0, 0, null, isLoopback: false);
        _ = held.RemoveAll(one => one.Closed is { } closed && IsOver(closed, now, gone));
    }

    private void Keep(ClientEnd then, End end, PortRange range, long count, PhaseSpan now)
    {
        var kept = then switch
        {
            ClientEnd.Hold => count,
            ClientEnd.Close or ClientEnd.HalfClose => Admit(count),
            ClientEnd.Reset => 0,
        };
        if (kept > 0)
        {
            held.Add(new Held(end, range, then == ClientEnd.Hold ? null : now) { Count = kept });
        }
    }

    private long Admit(long count)
    {
        var room = Math.Clamp(mostWaiting - Waiting - ServerWaiting, 0, count);
        Overflows += count - room;
        return room;
    }

    // Where some ports are free and others may be taken again from TIME-WAIT, the search decides by their order: each bound takes one of the two first.
    private long TakePorts(long asked, End end, PortRange range, PhaseSpan now)
    {
        var taken = held.Where(one => one.End == end && range.Contains(one.Range)).ToList();
        var again = taken.Where(one => one.Closed is { } closed && IsOver(closed, now, wait)).ToList();
        var free = Math.Max(0, (range == ports.Range ? each : range.Count) - taken.Sum(one => one.Count));
        var reusable = again.Sum(one => one.Count);
        var got = Math.Min(asked, free + reusable);
        var left = early ? Math.Min(got, reusable) : Math.Max(0, got - free);
        foreach (var one in again)
        {
            var some = Math.Min(left, one.Count);
            one.Count -= some;
            left -= some;
        }

        return got;
    }

    private bool IsOver(PhaseSpan closed, PhaseSpan now, TimeWait rule) =>
        early ? now.Most - closed.Least >= rule.Earliest : now.Least - closed.Most > rule.Latest;

    private readonly record struct End(uint Source, int Port);

    private sealed class Held(End end, PortRange range, PhaseSpan? closed)
    {
        public End End => end;

        public PortRange Range => range;

        /// <summary>When it was closed; null: it is open.</summary>
        public PhaseSpan? Closed => closed;

        public long Count { get; set; }
    }
}
