using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary>Another server in place of LoadLab's own.</summary>
public sealed class SubjectTests
{
    public static TheoryData<string, long> Servers => Subjects.Names;

    [Theory]
    [MemberData(nameof(Servers))]
    public void TheBacklogOfAnyServerIsFoundAndOverflowed(string name, long backlog)
    {
        using var folder = new TemporaryFolder();
        var run = Launcher.Document(Launcher.Run(
            ["run", "accept-queue/backlog-overflow", .. Subjects.Options(name, folder), "--out", folder.Path, "--json", "--set", "hold=500ms"]));
        Assert.True(run.Verdict == Outcome.Held, string.Join('\n', run.Findings.Select(finding => finding.Sentence)));
        Assert.Equal(($"{backlog}", backlog + 1, 15L), (run.Settings["live_backlog"], run.Connections.Established, run.Connections.Pending));
        Assert.Equal(backlog, run.Queues.Accept.Limit);
        Assert.Equal("syn-accept-queue-full", run.DropPath.Path);
    }

    // Alone: how much of the machine another server needs is not known, and how much of a processor it gets is looked at.
    [Theory(DisableParallelization = true)]
    [InlineData("nginx", 0, 0.1)]
    [InlineData("redis", 0.15, 3)]
    [InlineData("kestrel", 0.15, 3)]
    public void AServerAtItsDescriptorLimitIsJudgedByKernelAndClients(string name, double leastCpuS, double mostCpuS)
    {
        using var folder = new TemporaryFolder();
        var run = Launcher.Document(Launcher.Run(["run", "file-descriptors/emfile-accept", .. Subjects.Options(name, folder), "--out", folder.Path, "--json"]));
        for (var again = 0; again < 2 && run.Verdict == Outcome.Inconclusive; again++)
        {
            run = Launcher.Document(Launcher.Run(["run", "file-descriptors/emfile-accept", .. Subjects.Options(name, folder), "--out", folder.Path, "--json"]));
        }

        Assert.True(run.Verdict == Outcome.Held, string.Join('\n', run.Findings.Select(finding => finding.Sentence)));
        var phases = run.Primary.Phases.ToDictionary(phase => phase.Name);

        // nginx stops looking at its listener for half a second; Redis and Kestrel call accept() again at once, for as long as somebody waits.
        Assert.InRange(phases["stuck"].ServerCpuS!.Value, leastCpuS, mostCpuS);
        Assert.Contains(run.Primary.Phases, phase => phase.QueueEmptiedS is not null);
    }

    [Theory(DisableParallelization = true)]
    [InlineData("nginx")]
    [InlineData("kestrel")]
    public void AServerThatRunsIsCuredByAHigherLimit(string name)
    {
        using var folder = new TemporaryFolder();
        string[] command = ["run", "file-descriptors/limit-raised", .. Subjects.Options(name, folder), "--out", folder.Path, "--json"];
        var run = Launcher.Document(Launcher.Run(command));
        for (var again = 0; again < 2 && run.Verdict == Outcome.Inconclusive; again++)
        {
            run = Launcher.Document(Launcher.Run(command));
        }

        Assert.True(run.Verdict == Outcome.Held, string.Join('\n', run.Findings.Select(finding => finding.Sentence)));
        Assert.Equal((35L, 0L), (run.Connections.Established, run.Queues.Accept.Last));
    }

    // Seen of a Redis that was stopped from outside while it was warmed up: the warm-up's connection stayed queued, and one client less than predicted got in.
    [SandboxFact]
    public void ASubjectThatIsStoppedBeforeTheLoadIsNamedAndNotJudged()
    {
        Assert.SkipUnless(Host.Has("python3"), "python3 is not installed");
        using var folder = new TemporaryFolder();
        var program = Path.Combine(folder.Path, "stops.py");
        File.WriteAllText(program, """
            import os, signal, socket
            listener = socket.socket()
            listener.bind(("127.0.0.1", 7466))
            listener.listen(16)
            os.kill(os.getpid(), signal.SIGSTOP)
            signal.pause()
            """);
        var run = Launcher.Run(["run", "accept-queue/backlog-overflow", "--subject", $"python3 {program}", "--target", "127.0.0.1:7466", "--out", folder.Path]);
        Assert.Equal(2, run.Exit);
        Assert.Contains("stood still before the load: it was stopped by a signal (SIGSTOP)", run.Error, StringComparison.Ordinal);
    }

    [SandboxFact]
    public void ASubjectThatGoesIntoTheBackgroundIsFoundAllTheSameAndEnds()
    {
        using var folder = new TemporaryFolder();
        var options = Subjects.Options("nginx", folder);
        options[1] = options[1].Replace("nginx ", "nginx -g 'daemon on;' ", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder.Path, "nginx.conf"),
            File.ReadAllText(Path.Combine(folder.Path, "nginx.conf")).Replace("daemon off;", "", StringComparison.Ordinal));
        var run = Launcher.Document(Launcher.Run(["run", "accept-queue/backlog-overflow", .. options, "--out", folder.Path, "--json", "--set", "hold=300ms"]));
        Assert.Equal((Outcome.Held, 512L), (run.Verdict, run.Connections.Established));
    }

    [SandboxFact]
    public void ASubjectAtWorkAcceptsWhatComes()
    {
        using var folder = new TemporaryFolder();
        var run = Launcher.Document(Launcher.Run(
            ["run", "accept-queue/backlog-overflow", .. Subjects.Options("nginx", folder), "--out", folder.Path, "--json", "--set", "server.accept=eager",
                "--set", "swarm.connections=100", "--set", "hold=300ms"]));
        Assert.Equal((100L, 0L), (run.Connections.Established, run.Queues.Accept.Last));
    }

    [Theory]
    [InlineData("no-such-program-here", "127.0.0.1:8080", "no-such-program-here: not found")]
    [InlineData("echo cannot go on; exit 7", "127.0.0.1:8080", "ended with status 7 before it listened on port 8080: cannot go on")]
    [InlineData("sleep 60", "127.0.0.1:8080", "does not listen on port 8080 after 300 ms")]
    [InlineData("sleep 60", "10.0.0.1:8080", "subject.target is '10.0.0.1:8080', but takes ADDRESS:PORT")]
    public void ASubjectThatCannotBeHadIsRefusedInASentence(string command, string target, string words)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        using var folder = new TemporaryFolder();

        // What ends by itself has the time for it, also on a busy machine.
        var within = words.Contains("300 ms", StringComparison.Ordinal) ? "300ms" : "20s";
        var called = Launcher.Run("run", "accept-queue/backlog-overflow", "--subject", command, "--target", target, "--set",
            $"subject.ready-within={within}", "--out", folder.Path);
        Assert.Equal(2, called.Exit);
        Assert.Contains(words, called.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", called.Error, StringComparison.Ordinal);
    }

    [SandboxFact]
    public void ASubjectThatListensAndAcceptsNothingIsNotReadyWhereItShouldAccept()
    {
        using var folder = new TemporaryFolder();
        Called Run(string within, int accepting) => Launcher.Run(
            "run", "accept-queue/backlog-overflow", "--target", "127.0.0.1:7409",
            "--subject", $"python3 tests/LoadLab.Cli.Tests/Diagnoses/accepting.py 7409 1 {accepting}",
            "--set", "subject.ready-when=accepting", "--set", $"subject.ready-within={within}", "--set", "hold=200ms", "--out", folder.Path);
        var refused = Run("4s", accepting: 0);
        Assert.Equal(2, refused.Exit);
        Assert.Contains("listens on port 7409 and has accepted no connection after 4 s", refused.Error, StringComparison.Ordinal);
        Assert.NotEqual(2, Run("20s", accepting: 1).Exit);
    }

    [SandboxFact]
    public void ASubjectThatEndsUnderLoadMakesTheRunInconclusive()
    {
        using var folder = new TemporaryFolder();
        string[] options = Subjects.Options("redis", folder);
        options[1] = $"timeout 2 {options[1]}";
        var called = Launcher.Run(["run", "accept-queue/backlog-overflow", .. options, "--out", folder.Path, "--json", "--set", "server.accept=eager", "--set",
            "hold=60s"]);
        var run = Launcher.Document(called);
        Assert.Equal((3, Outcome.Inconclusive, false), (called.Exit, run.Verdict, run.Finished));
        Assert.Contains("the server", run.Unfinished, StringComparison.Ordinal);
        Assert.NotEqual(0, new FileInfo(Path.Combine(folder.Results, "subject.log")).Length);
    }
}
