namespace LoadLab.Fuzz;

/// <summary>All targets.</summary>
internal static class Targets
{
    /// <summary>Every one, by name.</summary>
    public static FuzzTarget[] All { get; } =
    [
        SockDiagTarget.Target, FrameTarget.Target, PacketBlockTarget.Target, PcapngTarget.Target, ProcTarget.Target, WordsTarget.Target, ConsentTargets.Ask,
        ConsentTargets.Answer, ScenarioTargets.Yaml, ScenarioTargets.Plan, FolderTargets.Observations, FolderTargets.Report, FolderTargets.Merge,
    ];

    /// <summary>One by its name; null when there is none.</summary>
    public static FuzzTarget? Find(string name) => Array.Find(All, target => target.Name == name);

    /// <summary>One by its name.</summary>
    public static FuzzTarget Named(string name) => Find(name)
        ?? throw new ArgumentException($"there is no target {name}; there are {string.Join(", ", All.Select(target => target.Name))}", nameof(name));
}
