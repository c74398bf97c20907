using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>One thread's share of one load: what is still to be issued, what is pending, what was counted. Used by that thread alone.</summary>
internal sealed class Wave
{
    private readonly Pacer pacer;
    private readonly bool isChurn;
    private readonly long slots;
    private readonly long endsAt;
    private long issued;
    private long nextIntended;
    private bool toldIssued;
    private bool toldSettled;

    public Wave(LoadCommand command, SwarmTarget target, LocalEnds ends, LoadShare share, WaveProgress progress)
    {
        Share = share;
        Spec = command.Swarm;
        Number = command.Wave;
        Target = target;
        Ends = ends;
        Progress = progress;
        StartsAt = command.StartAt.Value;
        Options = ClientOptions.Of(Spec);
        TimeoutNs = Spec.ConnectTimeout.Value;
        isChurn = Spec.Shape == LoadShape.Churn;
        Tally = new ConnectTally(share.Worker, share.Thread, command.Wave);

        // A churn that kept its connections would connect once and no more: its "hold" is a close.
        Then = isChurn && Spec.Then == ClientEnd.Hold ? ClientEnd.Close : Spec.Then;
        endsAt = StartsAt + Spec.For.Value;
        slots = isChurn ? share.CountBelow(Spec.Connections) : 0;
        pacer = new Pacer(Spec);
        if (!isChurn)
        {
            PlanNext();
        }
        else if (slots == 0)
        {
            IsIssued = true;
        }
    }

    public SwarmSpec Spec { get; }

    public int Number { get; }

    public LoadShare Share { get; }

    public SwarmTarget Target { get; }

    public LocalEnds Ends { get; }

    public ClientOptions Options { get; }

    public WaveProgress Progress { get; }

    public ConnectTally Tally { get; }

    public ClientEnd Then { get; }

    /// <summary>How many local ports all connects of this load share.</summary>
    public long AvailablePorts { get; init; }

    /// <summary>Moment 0 of the intended starts, since the run's start.</summary>
    public long StartsAt { get; }

    /// <summary>0: only the kernel gives up.</summary>
    public long TimeoutNs { get; }

    /// <summary>No connect is left to issue.</summary>
    public bool IsIssued { get; private set; }

    /// <summary>True for a closed-model load, whose slots are free again when their connection has ended.</summary>
    public bool IsChurn => isChurn;

    /// <summary>Which tenth of a burst a connect belongs to, 1 to 10; 0 for other shapes, which have no end to count from.</summary>
    public int TenthOf(long index) => Spec.Shape == LoadShape.Burst ? 1 + (int)(index * 10 / Spec.Connections) : 0;

    /// <summary>Connections of this wave in the table: in a churn, the slots that are busy.</summary>
    public int InTable { get; set; }

    /// <summary>Connects that are not answered, in the order they were issued.</summary>
    public ConnectionList Pending = new();

    /// <summary>Connections of a churn that wait for the peer's FIN.</summary>
    public ConnectionList Draining = new();

    /// <summary>When it has something to do next; long.MaxValue: nothing but to wait for answers.</summary>
    public long DueAt => IsIssued ? long.MaxValue
        : !isChurn ? nextIntended
        : InTable < slots ? StartsAt
        : endsAt;

    /// <summary>The next connect, when its moment has come.</summary>
    public bool TryTake(long now, out long index, out long intended)
    {
        index = Share.IndexOf(issued);
        intended = now;
        if (isChurn)
        {
            IsIssued |= now >= endsAt;
            if (IsIssued || InTable >= slots || now < StartsAt)
            {
                return false;
            }

            issued++;
            return true;
        }

        if (nextIntended > now)
        {
            return false;
        }

        intended = nextIntended;
        issued++;
        PlanNext();
        return true;
    }

    /// <summary>Tells the worker, once each, that all is issued and that all is settled. <paramref name="beforeTelling"/> writes what was counted.</summary>
    public void TellProgress(Action<Wave> beforeTelling)
    {
        if (toldSettled || !IsIssued)
        {
            return;
        }

        if (!toldIssued)
        {
            toldIssued = true;
            beforeTelling(this);
            Progress.ThreadHasIssued();
        }

        if (Pending.Count == 0)
        {
            toldSettled = true;
            beforeTelling(this);
            Progress.ThreadHasSettled();
        }
    }

    private void PlanNext()
    {
        var at = pacer.IntendedStart(Share.IndexOf(issued));
        IsIssued = at is null;
        nextIntended = at is { } moment ? StartsAt + moment.Value : long.MaxValue;
    }
}
