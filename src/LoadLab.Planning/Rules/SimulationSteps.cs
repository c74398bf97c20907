using LoadLab.Model;

namespace LoadLab.Planning.Rules;

/// <summary>What happens at one moment of a simulation.</summary>
internal enum StepKind
{
    /// <summary>A client's SYN reaches the listener.</summary>
    Syn,

    /// <summary>A client gives up, if it still waits.</summary>
    GiveUp,

    /// <summary>The server calls accept().</summary>
    Accept,

    /// <summary>The server, which had no descriptor left, tries again.</summary>
    Try,
}

/// <summary>A moment's work: of the client with this index, or for <see cref="StepKind.Accept"/> of the policy with this generation.</summary>
internal readonly record struct Step(StepKind Kind, int Subject);

/// <summary>A client in a simulation.</summary>
internal sealed class Client(int index, int wave, Nanoseconds begun, double lateness)
{
    /// <summary>Its place among all clients.</summary>
    public int Index => index;

    /// <summary>The load that it belongs to.</summary>
    public int Wave => wave;

    /// <summary>When its connect was due.</summary>
    public Nanoseconds Begun => begun;

    /// <summary>How many SYNs it has sent.</summary>
    public int SynsSent { get; set; }

    /// <summary>Established or given up: nothing more happens to it.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>When its n-th further SYN goes out, or after the last one its ETIMEDOUT comes, since it began.</summary>
    public Nanoseconds DueAt(RetransmitSchedule schedule, int n)
    {
        var isSyn = n < schedule.Earliest.Length;
        var (early, late) = isSyn ? (schedule.Earliest[n], schedule.Latest[n]) : (schedule.GiveUpEarliest, schedule.GiveUpLatest);
        return new Nanoseconds(early.Value + (long)((late.Value - early.Value) * lateness));
    }
}
