using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>One load while it runs.</summary>
internal sealed class LoadState(SwarmSpec swarm, ReuseportGroup group, long plannedBefore)
{
    /// <summary>What it asks.</summary>
    public SwarmSpec Swarm => swarm;

    /// <summary>Whom it connects to.</summary>
    public ReuseportGroup Group => group;

    /// <summary>Planned connects of earlier loads: ports go on where they ended.</summary>
    public long PlannedBefore => plannedBefore;

    /// <summary>Connects that are to come.</summary>
    public long Unissued { get; set; }

    /// <summary>Clients without an answer, those to come among them.</summary>
    public long Unanswered { get; set; }
}
