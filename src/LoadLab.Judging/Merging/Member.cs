using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What one server or swarm on its own has left: a part of a merged result.</summary>
/// <param name="Folder">Its folder's name.</param>
/// <param name="Plan">Its settings.</param>
/// <param name="Run">Its own result.</param>
public sealed record Member(string Folder, Plan Plan, RunDocument Run)
{
    /// <summary>A swarm's name; null: it is a server.</summary>
    public string? Replica => Plan.Variants[0].Settings.GetValueOrDefault(SwarmSettings.Replica);

    /// <summary>Whom it loads; "" for a server.</summary>
    public string Target => Plan.Variants[0].Settings.GetValueOrDefault(SwarmSettings.Target.Name, "");
}
