using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary><c>loadlab inspect</c> beside ss(8) and /proc, about the same real sockets.</summary>
public sealed class InspectTests
{
    private const int Backlog = 4;

    // A server that never accepts and twenty clients, in a network namespace of its own, whose counters begin at zero; $1 is the program.
    private const string FullQueue = """
        ip link set lo up
        "$1" serve --port 9000 --backlog 4 --accept never >/dev/null 2>&1 & server=$!
        until ss -ltnH | grep -q :9000; do :; done
        "$1" swarm --target 127.0.0.1:9000 --connections 20 --hold 60s >/dev/null 2>&1 & swarm=$!
        until ss -ltnH | grep -q '^LISTEN 5 '; do :; done
        until [ "$(ss -tnH state syn-sent | wc -l)" = 15 ]; do :; done
        before=$(grep -h TcpExt /proc/net/netstat)
        "$1" inspect --json; echo "== $?"
        "$1" inspect --port 9000 --json; echo "== $?"
        echo "$before"; grep -h TcpExt /proc/net/netstat; echo ==
        ss -ltnH; echo ==
        ss -s; echo ==
        kill $swarm $server
        """;

    [SandboxFact]
    public void AFullQueueIsWhatSsAndProcSayOfIt()
    {
        using var process = InItsOwnNetwork(FullQueue);
        var parts = Regex.Split(process.StandardOutput.ReadToEnd(), "^== ?", RegexOptions.Multiline, TimeSpan.FromSeconds(1));
        process.WaitForExit();
        Assert.True(parts.Length == 6, string.Join("\n--\n", parts));
        var machine = Seen(parts[0]);
        var port = Seen(parts[1][2..]);
        Assert.Equal(("1\n", Outcome.Broken, Outcome.Broken), (parts[1][..2], machine.Verdict, port.Verdict));

        // ss -ltn: Recv-Q is the accept queue, Send-Q the live backlog.
        var listener = Assert.Single(port.Port!.Listeners);
        Assert.Equal(["LISTEN", $"{listener.Queue}", $"{listener.LiveBacklog}", listener.Address],
            parts[3].Trim().Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..4]);
        Assert.Equal((Backlog + 1L, (long)Backlog), (listener.Queue, listener.LiveBacklog));
        Assert.Contains(port.Remarks, remark => remark.Sentence.Contains($"with exactly {Backlog}", StringComparison.Ordinal));
        Assert.Equal(Backlog + 1, port.Port.States["ESTABLISHED"]);

        // ss -s counts both ends on loopback; SYNs are retransmitted meanwhile, so a counter lies between its two readings.
        Assert.Contains($"estab {machine.Machine!.States["ESTABLISHED"]},", parts[4], StringComparison.Ordinal);
        Assert.Contains($"timewait {machine.Machine.TimeWait!.Value.Used})", parts[4], StringComparison.Ordinal);
        Assert.Equal((2 * (Backlog + 1L), 15L), (machine.Machine.States["ESTABLISHED"], machine.Machine.States["SYN-SENT"]));
        var counted = Counter(parts[2], "ListenOverflows");
        Assert.InRange(machine.Machine.Counters["TcpExt.ListenOverflows"], counted[0], counted[1]);
        Assert.InRange(listener.Drops!.Value, 15, (long)counted[1]);
        var destination = Assert.Single(machine.Machine.Destinations);
        Assert.Equal(("127.0.0.1", "127.0.0.1:9000", 20L, 0L), (destination.From, destination.To, destination.Ports, destination.InTimeWait));
    }

    // The same for a server whose backlog is longer than net.core.somaxconn. The counters of the host would tell what other tests did to it.
    private const string LongBacklog = """
        ip link set lo up
        "$1" serve --port 9000 --backlog 2147483647 >/dev/null 2>&1 & server=$!
        until ss -ltnH | grep -q :9000; do :; done
        "$1" inspect --port 9000; echo "== $? $server"
        kill $server
        """;

    [SandboxFact]
    public void ALongBacklogIsSomaxconnOrMore()
    {
        using var process = InItsOwnNetwork(LongBacklog);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var end = Regex.Match(output, "^== (?<exit>\\d+) (?<server>\\d+)", RegexOptions.Multiline, TimeSpan.FromSeconds(1));
        Assert.True(end.Groups["exit"].Value == "0", output);
        var words = string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("or more, or with -1", words, StringComparison.Ordinal);
        Assert.Contains($"[{end.Groups["server"].Value}]", words, StringComparison.Ordinal);
    }

    [Fact]
    public void AProcessHasTheDescriptorsAndLimitsThatProcSays()
    {
        var seen = Seen(Launcher.Run("inspect", "--pid", $"{Environment.ProcessId}", "--json").Output).Process!;
        var limits = LoadLab.Kernel.ResourceLimits.Nofile(0)!.Value;
        Assert.Equal((limits.Soft, limits.Hard, false), (seen.Soft, seen.Hard, seen.IsElsewhere!.Value));
        Assert.Equal(seen.Soft, seen.Free + seen.Open);
        Assert.InRange(seen.Open!.Value, 10, seen.Places!.Value);
    }

    [Fact]
    public void AnOrdinaryUserIsToldWhatHeMayNotSee()
    {
        Assert.SkipUnless(Host.CanBecomeNobody, "needs to be root and able to become nobody");
        var called = Launcher.RunAsNobody(["inspect", "--pid", $"{Environment.ProcessId}"]);
        Assert.True(called.Exit is 0 or 3, called.ToString());
        Assert.Contains("only root may list it", called.Words, StringComparison.Ordinal);
        var machine = Launcher.RunAsNobody(["inspect", "--json"]);
        Assert.True(machine.Exit is 0 or 1, machine.ToString());
        Assert.NotNull(Seen(machine.Output).Machine!.Files);
    }

    [Theory]
    [InlineData("there is no such process", "--pid", "2147483647")]
    [InlineData("there is no such process", "--pid", "-1")]
    [InlineData("no socket listens on it", "--port", "1")]
    [InlineData("takes a TCP port", "--port", "70000")]
    [InlineData("two questions", "--port", "80", "--pid", "1")]
    public void WhatIsNotThereIsASentence(string words, params string[] options)
    {
        var called = Launcher.Run(["inspect", .. options]);
        Assert.True(called.Exit == 2, called.ToString());
        Assert.Contains(words, called.Error, StringComparison.Ordinal);
        Assert.Equal("", called.Output);
    }

    [Fact]
    public async Task AWatchIsALineASecondUntilItIsInterrupted()
    {
        Assert.SkipUnless(Host.HearsInterrupts, Host.Deaf);
        var cancellation = TestContext.Current.CancellationToken;
        using var process = Launcher.Start(mark: null, "inspect", "--watch");
        var first = await process.StandardOutput.ReadLineAsync(cancellation);
        var second = await process.StandardOutput.ReadLineAsync(cancellation);
        Assert.All([first!, second!], line => Assert.Matches(@"^\d\d:\d\d:\d\d (held|broken|inconclusive): files \d+ open of", line));
        Process.Start("kill", ["-INT", $"{process.Id}"])!.WaitForExit();
        await process.WaitForExitAsync(cancellation);
        Assert.Equal(130, process.ExitCode);
    }

    [Fact]
    public void AWatchEndsWithItsReader()
    {
        using var process = Process.Start(new ProcessStartInfo("timeout",
            ["20", "sh", "-c", "\"$0\" inspect --watch --json | head -n 2", Launcher.Path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.Equal((0, 2), (process.ExitCode, lines.Length));
        Assert.All(lines, line => Assert.NotNull(Seen(line).Machine));
    }

    private static Process InItsOwnNetwork(string script) => Process.Start(new ProcessStartInfo("unshare",
        ["--user", "--map-root-user", "--net", "timeout", "60", "sh", "-c", script, "sh", Launcher.Path])
    { RedirectStandardOutput = true, UseShellExecute = false })!;

    private static Inspection Seen(string json) => JsonSerializer.Deserialize(json, ModelJson.Default.Inspection)!;

    // Pairs of lines, names and numbers.
    private static ulong[] Counter(string text, string name)
    {
        var lines = text.Split('\n').Where(line => line.StartsWith("TcpExt:", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToArray();
        return [.. lines.Chunk(2).Select(pair => ulong.Parse(pair[1][Array.IndexOf(pair[0], name)]))];
    }
}
