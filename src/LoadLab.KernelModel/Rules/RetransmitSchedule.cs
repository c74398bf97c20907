using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.KernelModel.Rules;

/// <summary>When an unacknowledged segment is sent, retransmitted and given up: the earliest and the latest moments that the kernel's timers allow.</summary>
/// <remarks>
/// Moments count from the first transmission. Both ends come from <see cref="RetransmitTimer"/>; what lies between them is the timer wheel's freedom
/// (<see cref="TimerWheel"/>) and, for data, the round-trip time of the handshake. Where patience ends between two transmissions, how many there are can depend
/// on that freedom, too.
/// </remarks>
public sealed class RetransmitSchedule
{
    internal RetransmitSchedule(ImmutableArray<Nanoseconds> earliest, ImmutableArray<Nanoseconds> latest, int sureSends, Nanoseconds giveUpEarliest,
        Nanoseconds giveUpLatest)
    {
        Earliest = earliest;
        Latest = latest;
        SureSends = sureSends;
        GiveUpEarliest = giveUpEarliest;
        GiveUpLatest = giveUpLatest;
    }

    /// <summary>When each transmission goes out at the earliest, since the first: nominal times.</summary>
    public ImmutableArray<Nanoseconds> Earliest { get; }

    /// <summary>When each goes out at the latest, if it does.</summary>
    public ImmutableArray<Nanoseconds> Latest { get; }

    /// <summary>How many of them go out whatever the timers do; the others only when the timers are early enough.</summary>
    public int SureSends { get; }

    /// <summary>The kernel gives up at the earliest.</summary>
    public Nanoseconds GiveUpEarliest { get; }

    /// <summary>The kernel gives up at the latest.</summary>
    public Nanoseconds GiveUpLatest { get; }

    /// <summary>True when the timers' freedom does not change how many transmissions there are.</summary>
    public bool IsSure => SureSends == Earliest.Length;

    /// <summary>How many transmissions are out so long after the first, the first counted, when no answer comes: at least and at most.</summary>
    public (int Min, int Max) SentBy(Nanoseconds sinceFirst) =>
        (Latest.Take(SureSends).Count(moment => moment <= sinceFirst), Earliest.Count(moment => moment <= sinceFirst));

    /// <summary>Whether the kernel has given up so long after the first transmission: surely, possibly.</summary>
    public (bool Surely, bool Possibly) GivenUpBy(Nanoseconds sinceFirst) => (GiveUpLatest <= sinceFirst, GiveUpEarliest <= sinceFirst);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{string.Join(", ", Earliest.Select(moment => $"{moment.Seconds:0.###}"))} s, given up after {GiveUpEarliest.Seconds:0.###} s";
}
