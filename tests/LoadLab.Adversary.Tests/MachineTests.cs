using System.Collections.Concurrent;

namespace LoadLab.Adversary.Tests;

/// <summary>A run never changes the machine: no sysctl is other than it was, whatever the sandbox is called and whatever <c>unshare</c> does.</summary>
public sealed class MachineTests
{
    private const int AtOnce = 4;

    private static readonly string[] Scenarios = [.. Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(Launcher.Path)!, "scenarios"), "*.yaml",
        SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) is not ("scenarios" or "tunings")).Order(StringComparer.Ordinal)];

    // One that has a load to make is ended by Ctrl-C when it has had time for its set-up and first phases; sessions are over by then.
    // What it sets from the start is there already, as a container's starter would have set it: so the run is not refused for that, and comes to its steps.
    private const string RunIt = """
        timeout -k 10 -s INT 6 "$1" run "$2" --sandbox host --out "$OUT/results" >/dev/null 2>"$OUT/error"
        case $? in 0|1|2|3|124|130) ;; *) cat "$OUT/error"; exit 70 ;; esac
        """;

    private const string RunItAsContainer = """
        sed -n '/^sysctl:/,/^[a-z]/s/^  \(net[a-z0-9_.]*\): *"\{0,1\}\([^"#]*\).*/\1 \2/p' "$2" | while read -r name value; do
          printf %s "$value" 2>&- >"/proc/sys/$(echo "$name" | tr . /)"
        done
        before=$(snapshot)
        timeout -k 10 -s INT 6 "$1" run "$2" --sandbox container --out "$OUT/results" >/dev/null 2>"$OUT/error"
        case $? in 0|1|2|3|124|130) ;; *) cat "$OUT/error"; exit 70 ;; esac
        """;

    [SandboxFact]
    public void EachScenarioInTheHostSandboxLeavesItsSysctls() => LeavesItsSysctls(RunIt, Scenarios);

    // A scenario that names no sysctl has the same run as in the host sandbox: the whole set has it all the same.
    [SandboxFact]
    public void EachScenarioInTheContainerSandboxLeavesItsSysctls() => LeavesItsSysctls(RunItAsContainer,
        [.. Scenarios.Where(scenario => TestSet.IsWhole || File.ReadAllText(scenario).Contains("sysctl", StringComparison.Ordinal))]);

    [SandboxTheory]
    [InlineData("isolates nothing", "while [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"", "network namespace")]
    [InlineData("isolates no network", "exec \"$REAL\" --pid --fork --mount-proc --kill-child -- \"$@\"", "network namespace")]
    [InlineData("isolates no processes", "exec \"$REAL\" --net -- \"$@\"", "pid namespace")]
    [InlineData("joins somebody else", "exec nsenter --net=/proc/$OTHER/ns/net -- \"$REAL\" --pid --fork --mount-proc --kill-child -- \"$@\"", "not new")]
    [InlineData("fails", "echo no >&2; exit 1", "unshare said 'no'")]
    [InlineData("hangs", "exec sleep 300", "did not end within 10 s")]
    public void AnUnshareThatDoesSomethingElseLeavesTheSysctls(string name, string does, string said)
    {
        using var folder = new TemporaryFolder();
        var bin = Path.Combine(folder.Path, "bin");
        Directory.CreateDirectory(bin);
        var skip = does.Contains("-- \"$@\"", StringComparison.Ordinal) ? "while [ \"$1\" != -- ]; do shift; done; shift; " : "";
        var unshare = folder.Write("bin/unshare", $"#!/bin/sh\n{skip}{does}\n");
        File.SetUnixFileMode(unshare, (UnixFileMode)0b111_101_101);

        // The other one's namespace is a neighbour's, with an interface that is up, and its sysctls are looked at too.
        var (called, changed) = StandIn.RunAndCompare(new() { ["OUT"] = folder.Path }, """
            export REAL=$(command -v unshare) OTHER
            unshare --net sh -c 'ip link set lo up; exec sleep 300' & OTHER=$!
            until [ "$(readlink /proc/$OTHER/ns/net)" != "$(readlink /proc/self/ns/net)" ] \
                && nsenter --net=/proc/$OTHER/ns/net ip -br link show up | grep -q lo; do sleep 0.05; done
            others() { nsenter --net=/proc/$OTHER/ns/net sh -c 'find /proc/sys/net -type f -exec grep -sH "" {} +' | sort; }
            theirs=$(others)
            PATH=$2:$PATH "$1" run accept-queue/backlog-overflow --set sysctl.net.core.somaxconn=16 --out "$OUT/results"
            status=$?
            [ "$theirs" = "$(others)" ] || echo "the neighbour's sysctls are not as they were"
            kill $OTHER
            (exit $status)
            """, Launcher.Path, bin);
        Assert.True(called.Exit == 3, $"{name}: {called}");
        Assert.Contains(said, called.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("neighbour's sysctls", called.Output, StringComparison.Ordinal);
        Assert.Empty(changed);
    }

    private static void LeavesItsSysctls(string script, string[] scenarios)
    {
        Assert.NotEmpty(scenarios);
        var found = new ConcurrentBag<string>();
        Parallel.ForEach(scenarios, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, scenario =>
        {
            using var folder = new TemporaryFolder();
            var (called, changed) = StandIn.RunAndCompare(new(Launcher.Given) { ["OUT"] = folder.Path }, script, Launcher.Program, scenario);
            if (called.Exit != 0 || changed.Length > 0)
            {
                found.Add($"{scenario}: {changed} {called}");
            }
        });
        Assert.Empty(found);
    }
}
