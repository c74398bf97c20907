using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Predictions;

/// <summary>How long it is from one phase's begin to another's end: at least, and at most.</summary>
internal readonly record struct PhaseSpan(Nanoseconds Least, Nanoseconds Most)
{
    /// <summary>What a phase may take beyond what it says: commands to the roles, and the last look of every witness.</summary>
    private static readonly Nanoseconds Slack = RunConditions.Planned.Phase;

    /// <summary>From the begin of the phase <paramref name="from"/> to the end of <paramref name="to"/>; zero when that is before it.</summary>
    /// <param name="scenario">The phases.</param>
    /// <param name="from">Index of the phase that it begins with.</param>
    /// <param name="to">Index of the phase that it ends with.</param>
    /// <param name="synSchedule">How long clients without an answer wait, for loads that last until nobody does.</param>
    public static PhaseSpan Of(Scenario scenario, int from, int to, Func<SwarmSpec, RetransmitSchedule> synSchedule)
    {
        var span = default(PhaseSpan);
        for (var i = from; i <= to; i++)
        {
            var (least, most) = Lasts(scenario.Phases[i].Action, synSchedule);
            var hold = scenario.Phases[i].Hold;
            span = new PhaseSpan(span.Least + least + hold, span.Most + most + hold + Slack);
        }

        return span;
    }

    private static (Nanoseconds Least, Nanoseconds Most) Lasts(PhaseAction action, Func<SwarmSpec, RetransmitSchedule> synSchedule)
    {
        switch (action)
        {
            case LoadAction load:
                var issued = Arrivals.Count(load.Swarm) is { } count and > 0 ? Arrivals.At(load.Swarm, count - 1) : load.Swarm.For;
                var schedule = synSchedule(load.Swarm);
                return load.Until == LoadUntil.Issued ? (issued, issued)
                    : (load.Swarm.Target is null ? issued : issued + schedule.GiveUpEarliest, issued + schedule.GiveUpLatest);
            case PeerAction { Rate: { } rate } peer:
                var sent = Nanoseconds.FromSeconds((peer.Count ?? 1) / rate.PerSecond);
                return (sent, sent);
            default:
                return (Nanoseconds.Zero, Nanoseconds.Zero);
        }
    }
}
