using LoadLab.Judging.Diagnoses;
using LoadLab.Model;
using LoadLab.Scenarios;
using Xunit.v3;

namespace LoadLab.Cli.Tests;

/// <summary>The shipped scenarios on this kernel, as users run them.</summary>
[TestCaseOrderer(typeof(UnorderedTestCaseOrderer))]
public sealed class ScenarioRunTests
{
    private const int MostLines = 25;

    // The longest begin first.
    private static readonly string[] Longest =
    [
        "ephemeral-ports/time-wait-expires", "ephemeral-ports/time-wait", "file-descriptors/emfile-accept", "retransmit/syn-schedule",
        "retransmit/syn-options", "syn-queue/half-open-expires", "retransmit/data-schedule", "retransmit/fin-schedule", "accept-queue/stalled-accept",
    ];

    // They take a processor for seconds, or measure how much of it something takes.
    private static readonly string[] Alone = ["ephemeral-ports/exhaustion", "ephemeral-ports/slow-search"];

    private static readonly Dictionary<string, string> Excluded = new()
    {
        [KernelSandboxTests.FullTable] = "TextbookTests runs it: it needs a kernel of its own",
        [KernelSandboxTests.HighestLimit] = "TextbookTests runs it: it needs a kernel of its own",
    };

    /// <summary>Those that are run here: all of the catalogue but the sessions, which the textbook runs, and those that another test runs.</summary>
    public static string[] Shipped { get; } =
    [
        .. new ScenarioCatalog(Path.Combine(Launcher.Root, "scenarios")).Names
            .Where(name => !name.StartsWith("tcp-session/", StringComparison.Ordinal) && !Excluded.ContainsKey(name))
            .OrderBy(name => Array.IndexOf(Longest, name) is >= 0 and var place ? place : Longest.Length),
    ];

    public static IEnumerable<TheoryDataRow<string>> Names =>
        Shipped.Select(name => new TheoryDataRow<string>(name) { DisableParallelization = Alone.Contains(name) });

    [Fact]
    public void WhatIsNamedHereIsInTheCatalogue() => Assert.All(Longest.Concat(Alone), name => Assert.Contains(name, Shipped));

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryClaimHoldsOnThisKernel(string scenario)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        using var folder = new TemporaryFolder();
        var called = Launcher.Run("run", scenario, "--out", folder.Path, "--json");
        var run = Launcher.Document(called);

        // A machine that gives the lab no processor for a while makes a run inconclusive, and says so: then it is run again. A broken one is broken.
        // So it is where the kernel's hash of one run makes another situation: four queues of a group can fill together, in one of 44 runs.
        for (var again = 0; again < 2 && (run.Verdict == Outcome.Inconclusive || NotShown(scenario, run).Length > 0); again++)
        {
            called = Launcher.Run("run", scenario, "--out", folder.Path, "--json");
            run = Launcher.Document(called);
        }

        Assert.True(run.Verdict == Outcome.Held,
            $"kernel {run.Kernel}: {string.Join('\n', run.Findings.Where(f => f.Outcome != Outcome.Held).Select(f => f.Sentence))}\n{called.Error}");
        Assert.Equal(0, called.Exit);
        Assert.All(run.Findings, finding => Assert.NotEmpty(finding.Witnesses));
        Assert.Empty(NotShown(scenario, run));

        // With --json the report for people goes to standard error, after the lines of progress.
        var report = called.Error[called.Error.LastIndexOf("verdict    ", StringComparison.Ordinal)..].TrimEnd('\n').Split('\n');
        Assert.InRange(report.Length, 6, MostLines);
        Assert.All(report, line => Assert.InRange(line.Length, 0, 80));
    }

    [SandboxFact]
    public void BacklogOverflowIsSeenByFourWitnesses()
    {
        using var folder = new TemporaryFolder();
        var run = Launcher.Document(Launcher.Run("run", "accept-queue/backlog-overflow", "--out", folder.Path, "--json", "--set", "hold=500ms"));
        Assert.Equal((20, 5, 0, 15), (run.Connections.Attempted, run.Connections.Established, run.Connections.Failed, run.Connections.Pending));
        Assert.Equal((4L, 5L, 5L), (run.Queues.Accept.Limit, run.Queues.Accept.Capacity, run.Queues.Accept.Peak));
        Assert.Equal(15ul, run.Counters["TcpExt.ListenOverflows"]);
        Assert.Equal(15ul, run.Counters["TcpExt.ListenDrops"]);
        Assert.Equal(15, run.States["SYN-SENT"].Last);
        Assert.Equal("syn-accept-queue-full", run.DropPath.Path);
        Assert.All(new[] { "host.json", "plan.json", "run.json", "observations.jsonl" },
            name => Assert.True(File.Exists(Path.Combine(folder.Results, name)), name));
    }

    [SandboxFact]
    public void AnySettingCanBeOverridden()
    {
        using var folder = new TemporaryFolder();
        var called = Launcher.Run("run", "accept-queue/backlog-overflow", "--out", folder.Path, "--json", "--set", "server.backlog=7", "--set",
            "swarm.connections=40", "--set", "sysctl.net.core.somaxconn=5", "--set", "hold=500ms");
        var run = Launcher.Document(called);
        Assert.Equal(0, called.Exit);
        Assert.Equal("7", run.Settings["backlog"]);
        Assert.Equal("5", run.Settings["live_backlog"]);
        Assert.Equal("5", run.Settings["net.core.somaxconn"]);
        Assert.Equal(6, run.Connections.Established);
        Assert.Equal(34, run.Connections.Pending);
    }

    // Seen: nothing was shed, since the descriptor held for that had a number beyond the limit.
    [SandboxFact]
    public void AServerWithoutOneFreeDescriptorSheds()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("shed.yaml",
            "claim: A server without a free descriptor sheds.\nserver: {backlog: 20, accept: eager, at-limit: shed}\nlimits: {server: {spare: 0}}\n"
            + "swarm: {connections: 10}\nhold: 500ms\nexpect: [{id: shed, claim: Each is shed., quantity: shed, witnesses: [server.shed]}]\n");
        var run = Launcher.Document(Launcher.Run("run", file, "--out", folder.Path, "--json"));
        Assert.Equal(Outcome.Held, run.Verdict);

        // An accept() that waits when the limit is set has its descriptor already, and serves one of the ten (net/socket.c __sys_accept4_file).
        Assert.InRange(run.Findings.Single(finding => finding.Id == "shed").Observed!.Value, 9, 10);
    }

    // How many connects there are is the server's speed; with those that the run made the rules give each count.
    [SandboxFact]
    public void AChurnsCountsAreThoseOfItsReplay()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("churn.yaml",
            "claim: Each of them is connected.\nsysctl: {net.ipv4.tcp_rfc1337: 1, net.ipv4.tcp_tw_reuse: 0}\nserver: {backlog: 1000, connection: discard}\n"
            + "swarm: {shape: churn, connections: 3, for: 300ms}\nphases: [{name: turn, load: {until: settled}, wait: 200ms}]\n"
            + "expect: [{id: in, claim: So many are connected., quantity: established}]\n");
        var run = Launcher.Document(Launcher.Run("run", file, "--out", folder.Path, "--json"));
        Assert.Equal(Outcome.Held, run.Verdict);
        var connected = run.Findings.Single(finding => finding.Id == "in");
        Assert.True(connected.Predicted == PredictedRange.Exactly(connected.Observed!.Value) && connected.Observed > 100, connected.Sentence);
        Assert.True(run.Checked is { Agreed: > 20, Undetermined.Length: 0 }, $"{run.Checked}");
        var again = Launcher.Document(Launcher.Run("report", folder.Results, "--json"));
        Assert.Equal(run.Findings.Select(finding => finding.Sentence), again.Findings.Select(finding => finding.Sentence));
    }

    [SandboxFact]
    public void ABrokenClaimIsAFailureForCi()
    {
        using var folder = new TemporaryFolder();
        var wrong = Path.Combine(folder.Path, "wrong.yaml");
        File.WriteAllText(
            wrong,
            """
            claim: A backlog of 4 takes 4 connections, as one would think.
            server: {backlog: 4, accept: never}
            swarm: {connections: 20}
            hold: 300ms
            expect:
              - {id: capacity, claim: The queue takes the backlog., predicted: 4, witnesses: [sock_diag.accept-queue.last, tcp_info.accept-queue.last]}
              - {id: clients, claim: And so many clients are connected., predicted: 5, witnesses: [clients.established]}
            """);
        var (junit, markdown) = (Path.Combine(folder.Path, "junit.xml"), Path.Combine(folder.Path, "summary.md"));
        var called = Launcher.Run("run", wrong, "--out", folder.Path, "--junit", junit, "--markdown", markdown);
        Assert.Equal(1, called.Exit);
        var suite = System.Xml.Linq.XDocument.Load(junit).Root!.Element("testsuite")!;
        Assert.Equal("1", (string?)suite.Attribute("failures"));
        var failed = Assert.Single(suite.Elements("testcase"), one => one.Element("failure") is not null);
        Assert.Equal("The queue takes the backlog.", (string?)failed.Attribute("name"));
        Assert.Contains("wrong.yaml:6: expected sock_diag.accept-queue.last 4 connections, got 5; tcp_info.accept-queue.last 5",
            (string?)failed.Element("failure")!.Attribute("message"), StringComparison.Ordinal);
        Assert.Contains("The queue takes the backlog.", File.ReadAllText(markdown), StringComparison.Ordinal);
    }

    [SandboxFact]
    public void AnOrdinaryUserGetsTheSame()
    {
        var run = RunAsNobody("accept-queue/backlog-overflow", "--set", "hold=300ms");
        Assert.Equal(5, run.Connections.Established);
        Assert.Equal(Outcome.Held, run.Verdict);
    }

    [SandboxFact]
    public void AReportFromTheFolderSaysTheSameAsTheRun()
    {
        using var folder = new TemporaryFolder();
        var run = Launcher.Document(Launcher.Run("run", "accept-queue/backlog-zero", "--out", folder.Path, "--json"));
        var again = Launcher.Document(Launcher.Run("report", folder.Results, "--json"));
        Assert.Equal(run.Connections, again.Connections);
        Assert.Equal(run.Counters, again.Counters);
        Assert.Equal(run.Findings.Select(f => f.Sentence), again.Findings.Select(f => f.Sentence));
        Assert.Equal(run.Verdict, again.Verdict);
        Assert.True(run.Checked.Agreed > 0);
        Assert.Equal(run.Checked.Agreed, again.Checked.Agreed);
        Assert.Equal(run.Checked.Undetermined.Length, again.Checked.Undetermined.Length);
    }

    [SandboxFact]
    public void AnOrdinaryUserMaySendRawSegmentsInASandboxAndTheWireShowsThem()
    {
        var run = RunAsNobody("syn-queue/cookie-modes", "--set", "phases.flood.peer.count=50");
        Assert.Equal(Outcome.Held, run.Verdict);
        Assert.Equal([(50L, 17L), (50, 50), (50, 50)], run.Variants.Select(variant => (variant.Peer!.Flows, variant.Peer.Answered)));
        Assert.Equal([17L, 17, 0], run.Variants.Select(variant => variant.Queues.Syn.Peak ?? 0));
        Assert.Equal(["syn-syn-queue-full", "syn-cookies-sent", "syn-cookies-sent"], run.Variants.Select(variant => variant.DropPath.Path));
        Assert.Equal([0L, 3, 3], run.Variants.Select(variant => variant.Connections.Established));
    }

    private static string[] NotShown(string scenario, RunDocument run) =>
        [.. ShownBy(scenario).Except(run.Variants.SelectMany(variant => variant.Diagnoses).Select(one => one.Id))];

    // A risk's scenario shows what comes of it, and what only an inspection says is told of a run by other rows.
    private static IEnumerable<string> ShownBy(string scenario) => DiagnosisCatalogue.All
        .Where(row => row.Scenario == scenario && row.Severity is Severity.Fault or Severity.Note
            && LiveTable.Rows[row.Id].Hit?.Contains(' ', StringComparison.Ordinal) != true)
        .Select(row => row.Id).Concat(LiveTable.ShownBy(scenario));

    private static RunDocument RunAsNobody(params string[] what)
    {
        Assert.SkipUnless(Host.CanBecomeNobody, "needs root to become nobody, a clone that nobody may read, and user namespaces for nobody");
        using var folder = new TemporaryFolder();
        return Launcher.Document(Launcher.RunAsNobody(["run", .. what, "--out", folder.Path, "--json"]));
    }
}
