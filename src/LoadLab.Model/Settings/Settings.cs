namespace LoadLab.Model;

/// <summary>Every setting.</summary>
public static class Settings
{
    /// <summary>All rows, in the order of the reference page.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        .. ScenarioSettings.Rows, .. LimitSettings.OfServer, .. LimitSettings.OfSwarm, .. ServerSettings.Rows, .. SubjectSettings.Rows, .. SwarmSettings.Rows,
            .. PeerSettings.Rows,
    ];

    /// <summary>Those that a verb has as options and as configuration.</summary>
    public static IEnumerable<Setting> Of(Role verb) => All.Where(row => row.Verb == verb);
}
