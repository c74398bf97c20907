using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning;

/// <summary>Loads in shape churn. How many connects one makes is decided by the server's speed; once a run has made them, it is a load at the rate that was
/// seen.</summary>
internal static class ClosedLoads
{
    /// <summary>Why nothing is predicted of one before the run.</summary>
    public const string Why = $"{Speed}, so this is predicted once the run has made them";

    /// <summary>The same, of a whole scenario.</summary>
    public const string Note = $"{Speed}; they are replayed after the run, and all counts are predicted and checked then";

    private const string Speed = "in shape churn the server's speed decides how many connects there are";

    /// <summary>The scenario with such loads at the rates that were seen; one of which nothing was recorded stays as it is.</summary>
    /// <remarks>A connection that a churn half-closes is closed by its end at the latest: for the kernel the same FIN.</remarks>
    /// <param name="scenario">The scenario.</param>
    /// <param name="made">The connects of each of its loads.</param>
    public static Scenario AsSeen(Scenario scenario, ImmutableArray<ImmutableArray<SeenConnect>> made)
    {
        var loads = 0;
        return scenario with { Phases = [.. scenario.Phases.Select(Seen)] };

        Phase Seen(Phase phase) => phase.Action is not LoadAction load ? phase
            : (loads < made.Length ? made[loads++] : []) is { IsEmpty: false } its && load.Swarm.Shape == LoadShape.Churn
                ? phase with { Action = load with { Swarm = AtRate(load.Swarm, its.Length) }, Hold = phase.Hold + Rest(load.Swarm, its) } : phase;
    }

    // Where every client waits for its first answer the last connect comes long before the load's end.
    private static Nanoseconds Rest(SwarmSpec churn, ImmutableArray<SeenConnect> its) =>
        its.Max(one => one.Begun) is var last && last < churn.For ? churn.For - last : Nanoseconds.Zero;

    private static SwarmSpec AtRate(SwarmSpec churn, int connects) => churn with
    {
        Shape = LoadShape.Rate,
        Rate = new Rate(connects / churn.For.Seconds),
        Connections = connects,
        Then = churn.Then == ClientEnd.HalfClose ? ClientEnd.Close : churn.Then,
    };
}
