using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>Connections that wait for an answer which never comes, and how long they have waited: what is out of each, and how many were given up.</summary>
/// <remarks>Every figure is a range: at least, and at most.</remarks>
internal sealed class SilentFlows(RetransmitSchedule schedule, bool hasLossProbe)
{
    private decimal flows, leastAgain, mostAgain, leastOut, mostOut, leastTimeouts, mostTimeouts;

    /// <summary>Segments retransmitted.</summary>
    public decimal[] Again => [leastAgain, mostAgain];

    /// <summary>Given up by the kernel.</summary>
    public decimal[] TimedOut => [leastOut, mostOut];

    /// <summary>Still waiting.</summary>
    public decimal[] Waiting => [flows - mostOut, flows - leastOut];

    /// <summary>Retransmission time-outs: one for each segment retransmitted, unless a probe did it, and one for each that was given up.</summary>
    public decimal[] Timeouts => [leastTimeouts, mostTimeouts];

    /// <summary>Adds so many that have waited so long.</summary>
    public void Add(long count, PhaseSpan waited)
    {
        var isOver = schedule.GivenUpBy(waited.Least).Surely;
        var mayBeOver = schedule.GivenUpBy(waited.Most).Possibly;
        var least = (isOver ? schedule.SureSends : schedule.SentBy(waited.Least).Min) - 1;
        var most = schedule.SentBy(waited.Most).Max - 1;
        var probes = hasLossProbe ? 1 : 0;
        flows += count;
        leastAgain += count * least;
        mostAgain += count * most;
        leastOut += isOver ? count : 0;
        mostOut += mayBeOver ? count : 0;
        leastTimeouts += count * (Math.Max(0, least - probes) + (isOver ? 1 : 0));
        mostTimeouts += count * (Math.Max(0, most - probes) + (mayBeOver ? 1 : 0));
    }

    /// <summary>Adds so many that nobody has begun yet.</summary>
    public void AddNone(long count) => flows += count;
}
