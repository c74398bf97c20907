using System.Diagnostics;
using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary>The packet tap and its trace, beside tcpdump and in what goes wrong.</summary>
public sealed class TraceTests
{
    private const int Port = 20_007;

    // As root tcpdump gives up its groups, which a user namespace forbids: there it must be an ordinary user who may read packets.
    private static readonly string[] Namespace = Environment.IsPrivilegedProcess ? [] : ["--user", "--map-current-user", "--keep-caps"];

    // tcpdump says "listening" when its socket is bound; the run in the same namespace begins after that.
    private const string BesideTcpdump = """
        ip link set lo up && mkfifo "$1/said" || exit 1
        tcpdump -i lo -n -Z root -s 256 -B 65536 --immediate-mode --time-stamp-precision=nano -w "$1/tcpdump.pcap" "tcp port $2" 2> "$1/said" &
        exec 3< "$1/said"
        read -r line <&3
        "$3" run "$1/scenario.yaml" --sandbox host --out "$1" --json
        status=$?
        kill -INT $! && wait $!
        exit $status
        """;

    [Theory]
    [InlineData("server: {backlog: 4, accept: never}\nswarm: {connections: 20}\nhold: 1200ms\n")]
    [InlineData("server: {backlog: 128, accept: eager, connection: echo}\nswarm: {connections: 300, exchange: 2000, then: close}\nhold: 300ms\n")]
    [InlineData(
        "server: {backlog: 4096, accept: eager, connection: close}\nswarm: {shape: churn, connections: 2, threads: 1, then: reset, for: 500ms}\nhold: 300ms\n")]
    public void ItHasTheSegmentsThatTcpdumpHasAtTheSameMoments(string scenario)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        Assert.SkipUnless(Host.HasTcpdump, "needs tcpdump and ip (iproute2)");
        using var folder = new TemporaryFolder();
        var withPort = scenario.Replace("server: {", $"server: {{port: {Port}, ", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder.Path, "scenario.yaml"), $"claim: tcpdump sees the same\n{withPort}");
        var called = Run("unshare", [.. Namespace, "--net", "--pid", "--mount-proc", "--fork", "--kill-child", "sh", "-c", BesideTcpdump, "sh", folder.Path,
            Port.ToString(), Launcher.Path]);
        Assert.True(called.Exit == 0, called.ToString());
        var ours = CaptureFile.ReadPcapng(Path.Combine(folder.Results, "trace.pcapng"));
        var theirs = CaptureFile.ReadPcap(Path.Combine(folder.Path, "tcpdump.pcap"));

        // Two processors send at once, and each tap puts their segments into an order of its own: what is compared is which segments there are.
        // The roles' set-up and their end are tcpdump's only: the tap is opened after the one and closed before the other.
        const long Margin = 1_000_000;
        var (first, last) = (ours.Min(one => one.RealtimeNs), ours.Max(one => one.RealtimeNs));
        var awaited = ours.GroupBy(one => one.Segment).ToDictionary(same => same.Key, same => new Queue<long>(same.Select(one => one.RealtimeNs).Order()));
        var apart = new List<long>();
        foreach (var other in theirs.Where(one => one.RealtimeNs >= first - Margin && one.RealtimeNs <= last + Margin).OrderBy(one => one.RealtimeNs))
        {
            if (awaited.TryGetValue(other.Segment, out var moments) && moments.TryDequeue(out var moment))
            {
                apart.Add(Math.Abs(moment - other.RealtimeNs));
            }
            else
            {
                Assert.False(other.RealtimeNs > first + Margin && other.RealtimeNs < last - Margin, $"tcpdump saw what the tap did not: {other.Segment}");
            }
        }

        Assert.Equal(ours.Count, apart.Count);

        // Two taps stamp a packet one after the other, half a microsecond apart. In between comes a timer's interrupt now and then (seen: 8 of
        // 196,000 segments more than 50 us apart, 74 us at most),
        // and a busy machine's processor may be taken away, a virtual one's above all: that is neither's error, and rare.
        apart.Sort();
        Assert.InRange(apart[apart.Count / 2], 0, 5_000);
        Assert.InRange(apart[(apart.Count - 1) * 995 / 1000], 0, 50_000);
        Assert.InRange(ours.Count, 40, int.MaxValue);
        var packets = Launcher.Document(called).Packets!;
        Assert.Equal((0, packets.Seen), (packets.Lost, packets.Traced));
    }

    [SandboxFact]
    public void EachPhaseIsACommentOnItsFirstPacketAndEachVariantAFile()
    {
        using var folder = new TemporaryFolder();
        var run = Launcher.Document(Launcher.Run("run", "accept-queue/stalled-accept", "--out", folder.Path, "--json"));
        Assert.Equal(3, run.Variants.Length);
        Assert.All(run.Variants, variant => Assert.Contains("phase load",
            CaptureFile.ReadPcapng(Path.Combine(folder.Results, $"trace-{variant.Name}.pcapng"))[0].Text, StringComparison.Ordinal));
        Assert.All(run.Variants, variant => Assert.Equal(variant.Packets!.Sent["client.SYN"],
            variant.Connections.Attempted + (long)variant.Retransmits["SYN"].Count));
    }

    [SandboxFact]
    public void AKilledRunLeavesATraceThatCanBeRead()
    {
        using var folder = new TemporaryFolder();
        using var process = Launcher.Start(null, "run", "accept-queue/backlog-overflow", "--set", "hold=60s", "--out", folder.Path);
        while (process.StandardError.ReadLine() is { } line && !line.Contains("hold: 5 established", StringComparison.Ordinal))
        {
        }

        _ = ProcessTable.Kill(process.Id);
        process.WaitForExit();
        Assert.InRange(CaptureFile.ReadPcapng(Path.Combine(folder.Results, "trace.pcapng")).Count, 30, 1000);
    }

    [SandboxFact]
    public void WithoutATraceThereIsNoTap()
    {
        using var folder = new TemporaryFolder();
        var run = Launcher.Document(Launcher.Run("run", "accept-queue/backlog-overflow", "--set", "hold=1100ms", "--set", "trace=false", "--out", folder.Path,
            "--json"));
        Assert.Equal(Outcome.Held, run.Verdict);
        Assert.Null(run.Packets);
        Assert.NotEmpty(run.Retransmits["SYN"].ScheduleS);
        Assert.Empty(Directory.GetFiles(folder.Results, "*.pcapng"));
    }

    [Fact]
    public void WhoMayNotReadPacketsIsToldAndTheRunGoesOn()
    {
        Assert.SkipUnless(Host.CanBecomeNobody, "needs root to become nobody");
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "scenario.yaml"),
            "claim: x\nserver: {backlog: 8}\nswarm: {connections: 5}\nhold: 100ms\nexpect: [{id: a, claim: b, predicted: 0, witnesses: "
            + "packets.retransmits.all}, {id: b, claim: c, predicted: 5, witnesses: clients.established}]\n");
        var called = Run("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", Launcher.Path, "run", Path.Combine(folder.Path, "scenario.yaml"),
            "--sandbox", "host", "--out", folder.Path, "--json");
        var run = Launcher.Document(called);
        Assert.Equal([Outcome.Inconclusive, Outcome.Held], run.Findings.Select(finding => finding.Outcome));
        Assert.Single(run.Notes, note => note.Contains("CAP_NET_RAW", StringComparison.Ordinal));
    }

    private static Called Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true,
            RedirectStandardError = true, UseShellExecute = false })!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Called(process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
