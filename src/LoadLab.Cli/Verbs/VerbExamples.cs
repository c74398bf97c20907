using System.Collections.Frozen;

namespace LoadLab.Cli;

/// <summary>What each verb's <c>--help</c> shows as examples: commands that can be typed as they stand.</summary>
internal static class VerbExamples
{
    private static readonly FrozenDictionary<string, string[]> ByVerb = new Dictionary<string, string[]>
    {
        ["loadlab"] = ["loadlab run accept-queue/backlog-overflow", "loadlab list", "loadlab inspect"],
        ["run"] =
        [
            "loadlab run accept-queue/backlog-overflow",
            "loadlab run accept-queue/backlog-overflow --set server.backlog=7 --set sysctl.net.core.somaxconn=5",
            "loadlab run accept-queue/backlog-overflow --subject \"redis-server --port 6390 --save ''\" --target 127.0.0.1:6390",
            "loadlab run accept-queue/slow-accept --junit loadlab.xml --quiet",
        ],
        ["compare"] =
        [
            "loadlab compare accept-queue/stall-under-load --tuning net.core.somaxconn=128,4096",
            "loadlab compare accept-queue/slow-accept --tuning kernel-default --tuning backlog --fail-if 'connect.p99 > 1.1x kernel-default'",
            "loadlab compare results/A results/B",
        ],
        ["plan"] = ["loadlab plan accept-queue/backlog-overflow", "loadlab plan my.yaml --set server.backlog=100 --json"],
        ["list"] = ["loadlab list", "loadlab list -v"],
        ["report"] = ["loadlab report results/FOLDER", "loadlab report results/FOLDER -vv"],
        ["results"] = ["loadlab results", "loadlab results prune --keep 20 --dry-run"],
        ["prune"] = ["loadlab results prune --keep 20 --dry-run", "loadlab results prune --keep 20"],
        ["inspect"] = ["loadlab inspect", "loadlab inspect --port 8080 --watch", "loadlab inspect --pid 4711 --json"],
        ["serve"] = ["loadlab serve --port 9000 --backlog 4 --accept 'paced 40/s' --connection echo"],
        ["swarm"] =
        [
            "loadlab swarm --target 127.0.0.1:9000 --connections 100",
            "loadlab swarm --target 127.0.0.1:9000 --shape rate --rate 200/s --for 10s --out results/drive",
        ],
        ["ask"] = ["loadlab ask 127.0.0.1:9000"],
        ["merge"] = ["loadlab merge results/drive"],
        ["bench"] = ["loadlab bench churn", "loadlab bench syscalls"],
        ["textbook"] = ["loadlab textbook", "loadlab textbook tcp-session/time-wait", "loadlab textbook --family both --markdown textbook.md"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Those of a verb; the root is <c>loadlab</c>.</summary>
    public static IReadOnlyList<string> Of(string verb) => ByVerb.GetValueOrDefault(verb) ?? [];
}
