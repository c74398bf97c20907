using LoadLab.Model;

namespace LoadLab.Judging;

/// <summary>What the descriptors of a process mean.</summary>
internal static class ProcessRemarks
{
    private const string Scenario = "file-descriptors/emfile-accept";
    private const string CloseWait = "CLOSE-WAIT";

    // A handful is what any server has for a moment.
    private const int ManyCloseWaits = 10;

    public static IEnumerable<Remark> Of(ProcessView process)
    {
        if (process is { Open: { } open, Free: { } free })
        {
            var share = 1 - ((double)free / Math.Max(1, process.Soft));
            if (free == 0)
            {
                yield return new Remark(Outcome.Broken, "fd limit", $"no number below the soft limit of {process.Soft} is free ({open} open): every further open, socket or accept says EMFILE", Scenario);
            }
            else if (InspectionRemarks.IsNear(share))
            {
                yield return new Remark(Outcome.Broken, "fd limit", $"{share:0 %} of the soft limit of {process.Soft} is taken, {Words.Count(free, "number")} left: EMFILE is near; it may raise the soft limit to {Number(process.Hard)} by itself", Scenario);
            }
        }
        else
        {
            var bound = process.Places is { } places ? $"; by its table it has never had more than {places} open at once" : "";
            var isFar = process.Places is { } most && most < process.Soft && !InspectionRemarks.IsNear((double)most / process.Soft);
            yield return new Remark(
                isFar ? Outcome.Held : Outcome.Inconclusive, "descriptors", $"/proc/{process.Pid}/fd belongs to another user and only root may list it{bound}{(isFar ? $", far from the soft limit of {process.Soft}" : "")}");
        }

        if (process.States?.GetValueOrDefault(CloseWait) is >= ManyCloseWaits and var waiting)
        {
            yield return new Remark(
                Outcome.Broken, CloseWait, $"{Words.Count(waiting, "connection")} {Words.Are(waiting)} in CLOSE-WAIT: the peer has closed and this process has not; no timer ends that, and each keeps a descriptor", "file-descriptors/close-wait-leak");
        }

        if (process.IsElsewhere == true)
        {
            yield return new Remark(Outcome.Held, "network namespace", $"it is in another network namespace: for its ports and counters, 'nsenter --target {process.Pid} --net loadlab inspect'");
        }
    }

    /// <summary>A limit, in words where there is none.</summary>
    internal static string Number(long limit) => limit == long.MaxValue ? "any number" : $"{limit}";
}
