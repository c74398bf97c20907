using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary><c>loadlab run</c> of several scenarios.</summary>
public sealed class SuiteTests
{
    [SandboxTheory]
    [InlineData("1")]
    [InlineData("2")]
    public void SeveralHaveOneVerdictOneFolderAndOneOfEachReport(string parallel)
    {
        using var folder = new TemporaryFolder();
        var junit = Path.Combine(folder.Path, "junit.xml");
        var markdown = Path.Combine(folder.Path, "summary.md");
        string[] reports = ["--junit", junit, "--markdown", markdown, "--parallel", parallel, "--out", folder.Path];
        var called = Launcher.Run(["run", "limits/so*", "accept-queue/backlog-zero", "limits/somaxconn", .. reports, "--json"]);
        var suite = JsonSerializer.Deserialize(called.Output, ModelJson.Default.SuiteDocument)!;
        Assert.True(called.Exit == 0 && suite.Verdict == Outcome.Held, called.ToString());
        Assert.Equal(["limits/somaxconn", "accept-queue/backlog-zero"], suite.Runs.Select(run => run.Scenario));
        Assert.Equal(["limits.somaxconn", "accept-queue.backlog-zero"],
            XDocument.Load(junit).Root!.Elements("testsuite").Select(one => (string)one.Attribute("name")!));
        Assert.StartsWith("### ✓ 2 scenarios: held\n", File.ReadAllText(markdown), StringComparison.Ordinal);
        var page = File.ReadAllText(Path.Combine(folder.Results, "index.html"));
        foreach (var run in suite.Runs)
        {
            Assert.Contains($"href=\"{run.Folder}/report.html\"", page, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(folder.Results, run.Folder!, "report.html")));
        }

        File.Delete(Path.Combine(folder.Results, "index.html"));
        var again = Launcher.Run("report", folder.Results, "--quiet");
        Assert.Equal((0, true), (again.Exit, File.Exists(Path.Combine(folder.Results, "index.html"))));
        Assert.StartsWith("✓ held (2 held), 2 scenarios", again.Output, StringComparison.Ordinal);
    }

    [SandboxFact]
    public void OneBrokenScenarioBreaksTheWholeAndTheOthersAreRun()
    {
        using var folder = new TemporaryFolder();
        var scenarios = Directory.CreateDirectory(Path.Combine(folder.Path, "mine")).FullName;
        File.WriteAllText(Path.Combine(scenarios, "a-wrong.yaml"), Yaml(3));
        File.WriteAllText(Path.Combine(scenarios, "b-right.yaml"), Yaml(2));
        var called = Launcher.Run("run", scenarios, "--out", Path.Combine(folder.Path, "results"));
        Assert.True(called.Exit == 1, called.ToString());
        Assert.StartsWith("verdict    ✗ broken (1 held, 1 broken), 2 scenarios", called.Output, StringComparison.Ordinal);
        Assert.Contains("predicted  3 connections", called.Output, StringComparison.Ordinal);
        Assert.Matches("1 of 2  ✗ broken .*\n2 of 2  ✓ held", called.Error);

        static string Yaml(int connected) => $$"""
            claim: A backlog of 1 takes two connections.
            server: {backlog: 1, accept: never}
            swarm: {connections: 4}
            hold: 200ms
            expect:
              - {id: connected, claim: Two clients connect., predicted: {{connected}}, witnesses: [clients.established]}
            """;
    }

    [Fact]
    public void WhatIsWrongWithOneOfThemIsSaidBeforeAnythingRuns()
    {
        using var folder = new TemporaryFolder();
        var bad = folder.Write("bad.yaml", "claim: x\nserver:\n  backlgo: 4\n");
        foreach (var (sentence, words) in new[]
        {
            ("did you mean 'accept-queue/*'", (string[])["limits/somaxconn", "acept-queue/*"]),
            ("bad.yaml:3:", ["limits/somaxconn", bad]),
            ("did you mean 'server.backlog'", ["limits/*", "--set", "server.backlgo=7"]),
            ("--parallel 0: takes 1 to 64, or auto", ["limits/*", "--parallel", "0"]),
            ("name one scenario", ["limits/*", "--turn", Path.Combine(folder.Path, "turn")]),
        })
        {
            var called = Launcher.Run(["run", .. words, "--out", folder.Path]);
            Assert.True(called.Exit == 2, called.ToString());
            Assert.Contains(sentence, called.Error, StringComparison.Ordinal);
            Assert.Equal("", called.Output);
            Assert.Empty(Directory.GetDirectories(folder.Path));
        }
    }

    [SandboxFact]
    public void AnInterruptionEndsTheWholeAndWhatWasFinishedIsReported()
    {
        Assert.SkipUnless(Host.HearsInterrupts, Host.Deaf);
        using var folder = new TemporaryFolder();
        using var process = Launcher.Start(null, "run", "limits/somaxconn", "retransmit/syn-schedule", "limits/syn-queue", "--out", folder.Path, "--json");
        var output = process.StandardOutput.ReadToEndAsync();

        // The second lasts 18 s, so it goes on when the line of the first is there.
        Assert.StartsWith("1 of 3  ✓ held", process.StandardError.ReadLine(), StringComparison.Ordinal);
        _ = Process.Start("kill", ["-INT", process.Id.ToString()]);
        _ = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        Assert.Equal(130, process.ExitCode);
        var suite = JsonSerializer.Deserialize(output.GetAwaiter().GetResult(), ModelJson.Default.SuiteDocument)!;
        Assert.False(suite.Finished);
        Assert.Equal((Outcome.Held, Outcome.Inconclusive), (suite.Runs[0].Verdict, suite.Verdict));
        Assert.Equal("interrupted before it began", suite.Runs[2].NotRun);
        Assert.True(File.Exists(Path.Combine(folder.Results, "index.html")));
    }
}
