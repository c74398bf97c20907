using LoadLab.Judging;
using LoadLab.KernelModel.Rules;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Reporting;

namespace LoadLab.Runs;

/// <summary>Replays a run with its single connects and accepts as its folder has them: they are read only when something is not as predicted.</summary>
public static class RecordedConnects
{
    /// <summary>The replay for a folder.</summary>
    public static Replay Replay(string folder) => (plan, seen) =>
    {
        var (connects, accepts) = (new ConnectsSeen(), new AcceptsSeen());
        _ = StoredRun.Open(folder).ReadObservations(observation =>
        {
            connects.Fold(observation);
            accepts.Fold(observation);
        });
        return Replays.Of(plan, seen, connects.Of, variant => accepts.Of(variant, load => connects.BeginOf(variant.Name, load,
            index => Arrivals.At(variant.Declared.Loads.ElementAt(load).Swarm, index))), FirstConnect);

        Nanoseconds? FirstConnect(VariantPlan variant) =>
            variant.Declared.Phases.FirstOrDefault(phase => phase.Action is LoadAction) is { } phase && accepts.BeginOf(variant.Name, phase.Name) is { } began
            && connects.FirstOf(variant.Name) is { } first ? first - began : null;
    };
}
