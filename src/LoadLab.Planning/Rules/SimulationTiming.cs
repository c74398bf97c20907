using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>One choice of all that the rules leave open: how late timers fire, how long phases and accept() take beyond what is asked.</summary>
/// <param name="TimerLateness">Where in its window each SYN goes out: 0 at the earliest, 1 at the latest; null: each client somewhere else, by <paramref name="Seed"/>.</param>
/// <param name="PhaseSlack">What each phase takes longer: commands to the roles, the last look of every witness.</param>
/// <param name="AcceptDelay">What accept() comes late: the server's thread has to be woken.</param>
/// <param name="Seed">Picks the clients' places in their windows, always the same ones.</param>
internal sealed record SimulationTiming(double? TimerLateness, Nanoseconds PhaseSlack, Nanoseconds AcceptDelay, int Seed = 0)
{
    /// <summary>What each packet of a burst of the scripted peer comes after the one before: a slow lab sends 10,000 a second.</summary>
    public Nanoseconds PacketGap => PhaseSlack > Nanoseconds.Zero ? Nanoseconds.FromMilliseconds(0.1) : Nanoseconds.Zero;

    private static readonly Nanoseconds Slack = Nanoseconds.FromMilliseconds(50);
    private static readonly Nanoseconds Delay = Nanoseconds.FromMilliseconds(3);

    /// <summary>The corners: earliest and latest timers, prompt and slow lab.</summary>
    public static ImmutableArray<SimulationTiming> Corners { get; } =
    [
        new(0, Nanoseconds.Zero, Nanoseconds.Zero),
        new(0, Slack, Delay),
        new(1, Nanoseconds.Zero, Nanoseconds.Zero),
        new(1, Slack, Delay),
    ];

    /// <summary>The corners and some runs between them, since a mix of timers can do what no corner does.</summary>
    public static ImmutableArray<SimulationTiming> CornersAndMixed { get; } =
    [
        .. Corners,
        new(null, Nanoseconds.Zero, Nanoseconds.Zero, 1),
        new(null, Slack, Nanoseconds.Zero, 2),
        new(null, Nanoseconds.Zero, Delay, 3),
        new(null, Slack, Delay, 4),
    ];

    /// <summary>Where in its window a client's timers fire, 0…1.</summary>
    public double LatenessOf(int client) => TimerLateness ?? (unchecked((uint)HashOf(client, Seed)) / (double)uint.MaxValue);

    private static int HashOf(int client, int seed)
    {
        var mixed = unchecked(((uint)client * 2654435761u) ^ ((uint)seed * 0x9E3779B9u));
        mixed ^= mixed >> 15;
        mixed = unchecked(mixed * 0x85EBCA6Bu);
        return unchecked((int)(mixed ^ (mixed >> 13)));
    }
}
