using System.Text.Json;
using LoadLab.Model;

namespace LoadLab.Reporting.Tests;

public sealed class ResultsFolderTests : IDisposable
{
    private readonly string results = Directory.CreateTempSubdirectory("loadlab-results-").FullName;

    public void Dispose() => Directory.Delete(results, recursive: true);

    [Fact]
    public void ItsNameSaysWhenInUtcAndWhich()
    {
        using var folder = Create();
        Assert.Matches("^20260102T030405Z-accept-queue-backlog-overflow-[0-9a-f]{4}$", Path.GetFileName(folder.Path));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/tmp/Mein Szenario ä.yaml")]
    [InlineData("")]
    [InlineData("....")]
    public void AnyScenarioNameGivesAHarmlessFolderName(string scenario) =>
        Assert.Matches("^20260102T030405Z-[a-z0-9][a-z0-9.-]*-00ff$", FolderNames.Of(Stored.Plan.Host.Started, scenario, 0xFF));

    [Fact]
    public void ALongNameStaysWithinTheFileSystemsLimit() => Assert.InRange(FolderNames.Of(Stored.Plan.Host.Started, new string('x', 5000), 1).Length, 1, 120);

    [Fact]
    public void AFolderWhoseRunWasKilledIsReadableAndUnfinished()
    {
        using var folder = Create();
        folder.Append("{\"kind\":\"note\",\"text\":\"hello\",\"t\":1}"u8);
        folder.Append("{\"kind\":\"note\",\"te"u8);
        folder.Flush();
        var stored = StoredRun.Open(folder.Path);
        Assert.Empty(stored.Problems);
        Assert.False(stored.Run!.Finished);
        Assert.Equal("still running or killed", stored.Run.Unfinished);
        Assert.Equal(JsonSerializer.Serialize(Stored.Plan, ModelJson.Default.Plan), JsonSerializer.Serialize(stored.Plan!, ModelJson.Default.Plan));
        List<Observation> seen = [];
        var (counts, problems) = stored.ReadObservations(seen.Add);
        Assert.Equal((1L, 1L), (counts.Read, counts.Unreadable));
        Assert.Equal("hello", Assert.IsType<Note>(Assert.Single(seen)).Text);
        Assert.Equal("1 of 2 lines of observations.jsonl are no observations and were passed over", Assert.Single(problems));
    }

    [Fact]
    public void ObservationsReachTheKernelWithoutBeingAsked()
    {
        using var folder = Create();
        folder.Append("{}"u8);
        Assert.True(SpinWait.SpinUntil(() => Read(folder.Path) == "{}\n", TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void ACompletedRunReplacesTheUnfinishedOneAndLeavesNothingBeside()
    {
        using (var folder = Create())
        {
            folder.Complete(Stored.Run(Stored.Finding(Outcome.Held, 5)));
        }

        var path = Assert.Single(Directory.GetDirectories(results));
        Assert.Equal(["host.json", "observations.jsonl", "plan.json", "run.json"], Directory.GetFileSystemEntries(path).Select(Path.GetFileName).Order());
        Assert.True(StoredRun.Open(path).Run!.Finished);
    }

    [Fact]
    public void TwoRunsOfTheSameSecondHaveFoldersOfTheirOwn()
    {
        using var a = Create();
        using var b = Create();
        Assert.NotEqual(a.Path, b.Path);
    }

    [Fact]
    public void WhatIsMissingOrDamagedIsASentenceEach()
    {
        using (var folder = Create())
        {
            File.Delete(Path.Combine(folder.Path, "plan.json"));
            File.WriteAllText(Path.Combine(folder.Path, "run.json"), "{\"schema\":1,");
        }

        var path = Assert.Single(Directory.GetDirectories(results));
        File.Delete(Path.Combine(path, "observations.jsonl"));
        var stored = StoredRun.Open(path);
        Assert.Null(stored.Plan);
        Assert.Null(stored.Run);
        Assert.Equal("plan.json is missing", stored.Problems[0]);
        Assert.StartsWith("run.json is damaged: ", stored.Problems[1], StringComparison.Ordinal);
        Assert.Equal("observations.jsonl is missing: nothing that the run saw is left", stored.Problems[2]);
        Assert.StartsWith("observations.jsonl cannot be read", Assert.Single(stored.ReadObservations(_ => { }).Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plan.json", "\"predictions\"")]
    [InlineData("plan.json", "\"host\"")]
    [InlineData("run.json", "\"queues\"")]
    public void ANullThatNobodyWritesIsDamage(string name, string member)
    {
        string path;
        using (var folder = Create())
        {
            path = folder.Path;
        }

        Assert.Empty(StoredRun.Open(path).Problems);
        var file = Path.Combine(path, name);
        var text = File.ReadAllText(file);
        File.WriteAllText(file, System.Text.RegularExpressions.Regex.Replace(text, member + @":\s*(\[.*?\]|\{)", match => match.Value.EndsWith('{')
            ? $"{member}: null, \"x\": {{" : $"{member}: [null]", System.Text.RegularExpressions.RegexOptions.Singleline, TimeSpan.FromSeconds(5)));
        Assert.Equal($"{name} is damaged: {member.Trim('"')} is null; run the scenario again", Assert.Single(StoredRun.Open(path).Problems));
    }

    [Fact]
    public void AFolderThatIsNotThereIsASentence() =>
        Assert.Equal($"there is no folder {results}/nowhere", Assert.Single(StoredRun.Open($"{results}/nowhere").Problems));

    private static string Read(string folder)
    {
        using var reader = new StreamReader(new FileStream(Path.Combine(folder, "observations.jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    [Fact]
    public void AFolderThatIsGoneInMidRunIsSaidOnceAndThrowsNothing()
    {
        using var folder = Create();
        Directory.Delete(folder.Path, recursive: true);
        folder.Append("{}"u8);
        Assert.Null(folder.Failure);
        folder.Complete(Stored.Run());
        Assert.StartsWith($"the results in {folder.Path} are not whole: ", folder.Failure, StringComparison.Ordinal);
        folder.Append("{}"u8);
    }

    [Fact]
    public void AResultThatCannotBeWrittenKeepsTheFolderReadable()
    {
        // A folder of that name stands for whatever makes the rename fail.
        using var folder = Create();
        folder.Append("{\"kind\":\"note\",\"text\":\"hello\",\"t\":1}"u8);
        folder.Flush();
        File.Delete(Path.Combine(folder.Path, "run.json"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "run.json"));
        folder.Complete(Stored.Run());
        Assert.NotNull(folder.Failure);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(folder.Path), entry => Path.GetFileName(entry).StartsWith('.'));
        Assert.NotNull(StoredRun.Open(folder.Path).Plan);
    }

    [Theory]
    [InlineData("plan.json")]
    [InlineData("run.json")]
    [InlineData("observations.jsonl")]
    [InlineData("trace.pcapng")]
    public async Task APipeInThePlaceOfAFileIsReadAsEmpty(string name)
    {
        string path;
        using (var folder = Create())
        {
            path = folder.Path;
            folder.Append("{\"kind\":\"note\",\"text\":\"hello\",\"t\":1}"u8);
        }

        File.Delete(Path.Combine(path, name));
        using (var made = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(path, name)]))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var reading = Task.Run(() =>
        {
            var stored = StoredRun.Open(path);
            var (counts, _) = stored.ReadObservations(_ => { });
            _ = Traces.PcapngFile.Read(Path.Combine(path, "trace.pcapng"), (_, _, _) => { });
            _ = ResultsCatalog.List(results);
            return (stored.Plan is null, stored.Run is null, counts.Read);
        });
        Assert.Same(reading, await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)));
        Assert.Equal((name == "plan.json", name == "run.json", name == "observations.jsonl" ? 0L : 1L), await reading);
    }

    private ResultsFolder Create() => ResultsFolder.Create(results, Stored.Plan,
        Stored.Run() with { Finished = false, Unfinished = "still running or killed" });
}
