using LoadLab.Judging;
using LoadLab.Planning;
using LoadLab.Reporting;

namespace LoadLab.Runs;

/// <summary>Replays a run with its single connects as its folder has them: they are read only when something is not as predicted.</summary>
public static class RecordedConnects
{
    /// <summary>The replay for a folder.</summary>
    public static Replay Replay(string folder) => (plan, seen) =>
    {
        var connects = new ConnectsSeen();
        _ = StoredRun.Open(folder).ReadObservations(connects.Fold);
        return Replays.Of(plan, seen, connects.Of);
    };
}
