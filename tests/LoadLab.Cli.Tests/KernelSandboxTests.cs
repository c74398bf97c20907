using System.Text.Json;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary>The sandbox that is a kernel of its own, with the kernel that is installed.</summary>
public sealed class KernelSandboxTests
{
    /// <summary>The shipped scenario that fills a kernel's table of files.</summary>
    public const string FullTable = "file-descriptors/enfile";

    /// <summary>The shipped scenario that meets the highest fd limit of a kernel.</summary>
    public const string HighestLimit = "file-descriptors/nr-open";

    [Fact]
    public void TheSameClaimIsCheckedOnASecondKernel()
    {
        SkipWithoutKernel();
        var run = Run("file-descriptors/soft-and-hard", "--sandbox", "kernel");
        Assert.Equal(SandboxKind.Kernel, run.Sandbox);
        Assert.NotEqual(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), run.Kernel.Release);
        Assert.Equal(Outcome.Held, run.Verdict);
    }

    /// <summary>What a run of <see cref="FullTable"/> must show; the textbook's test has one.</summary>
    internal static void IsAFullTable(RunDocument run)
    {
        Assert.True(
            run.Verdict == Outcome.Held,
            string.Join('\n', run.Findings.Concat(run.Checked.Differing).Where(finding => finding.Outcome != Outcome.Held).Select(finding => finding.Sentence)
                .Prepend(run.Unfinished ?? "finished")));
        Assert.Equal(2500, run.Findings.Single(finding => finding.Id == "count").Observed);
        Assert.Empty(LiveTable.ShownBy(FullTable).Except(run.Variants.SelectMany(variant => variant.Diagnoses).Select(one => one.Id)));
    }

    /// <summary>What a run of <see cref="HighestLimit"/> must show; the textbook's test has one.</summary>
    internal static void IsBoundedByTheKernel(RunDocument run) =>
        Assert.True(run.Verdict == Outcome.Held, string.Join('\n', run.Findings.Select(finding => finding.Sentence).Prepend(run.Unfinished ?? "finished")));

    // A burst in a kernel with one processor, which its host may stop: as predicted, or inconclusive, and never broken.
    [Fact]
    public void ABurstIsNotBrokenByAHostThatStopsTheKernelAndAnOrdinaryUserHasItToo()
    {
        SkipWithoutKernel();
        using var folder = new TemporaryFolder();
        string[] words = ["run", "accept-queue/backlog-zero", "--sandbox", "kernel", "--set", "hold=500ms", "--out", folder.Path, "--json"];
        var called = Host.CanBecomeNobody ? Launcher.RunAsNobody(words) : Launcher.Run(words);
        Assert.True(called.Exit is 0 or 3, called.ToString());
        Assert.True(JsonSerializer.Deserialize(called.Output, ModelJson.Default.RunDocument)!.Finished);
        Assert.True(File.Exists(Path.Combine(folder.Results, "trace.pcapng")));
    }

    // At once, when the kernel is about to boot, when it has, and when the load has been made.
    [Theory]
    [InlineData(null, 0)]
    [InlineData("observations.jsonl", 0)]
    [InlineData("observations.jsonl", 1)]
    [InlineData("trace.pcapng", 4096)]
    public void TheKernelDiesWithTheOutermostProcessAndLeavesNoFile(string? file, long leastBytes)
    {
        SkipWithoutKernel();
        using var folder = new TemporaryFolder();
        using var temporary = new TemporaryFolder();
        using var process = Launcher.StartWith(new() { ["TMPDIR"] = temporary.Path }, "run", "accept-queue/backlog-overflow", "--sandbox", "kernel", "--set",
            "hold=60s", "--out", folder.Path);
        Assert.True(file is null || SpinWait.SpinUntil(() => process.HasExited || new DirectoryInfo(folder.Path)
            .EnumerateFiles(file, SearchOption.AllDirectories).Any(one => one.Length >= leastBytes), TimeSpan.FromSeconds(60)), $"no {file}");
        Assert.False(process.HasExited, "the run was over before it was killed");
        _ = ProcessTable.Kill(process.Id);
        process.WaitForExit();
        Assert.True(SpinWait.SpinUntil(() => !KernelsOf(temporary.Path).Any(), TimeSpan.FromSeconds(10)),
            $"left after a kill: {string.Join(", ", KernelsOf(temporary.Path))}");
        Assert.True(SpinWait.SpinUntil(() => Directory.GetDirectories(temporary.Path, "loadlab-kernel-*").Length == 0, TimeSpan.FromSeconds(10)),
            "its state folder is left");
    }

    [Fact]
    public void AMissingPackageIsOneSentence()
    {
        using var programs = new TemporaryFolder();
        foreach (var program in Directory.EnumerateFiles("/usr/bin").Concat(Directory.EnumerateFiles("/bin"))
            .Where(path => Path.GetFileName(path) is not ("linux" or "linux.uml")))
        {
            var link = Path.Combine(programs.Path, Path.GetFileName(program));
            if (!File.Exists(link))
            {
                _ = File.CreateSymbolicLink(link, program);
            }
        }

        using var folder = new TemporaryFolder();
        var called = Launcher.Run(new Dictionary<string, string> { ["PATH"] = programs.Path }, "run", "accept-queue/backlog-zero", "--sandbox", "kernel",
            "--out", folder.Path);
        Assert.Equal(3, called.Exit);
        Assert.Contains("apt install user-mode-linux", Assert.Single(called.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(folder.Path));
    }

    private static void SkipWithoutKernel() => Assert.SkipUnless(Host.HasKernel, "needs User-Mode Linux (apt install user-mode-linux)");

    private static RunDocument Run(string scenario, params string[] options)
    {
        using var folder = new TemporaryFolder();

        // One processor that its host shares with others: a lab that was late says so, and is asked again. A broken claim is broken.
        for (var again = 2; ; again--)
        {
            var called = Launcher.Run((string[])["run", scenario, .. options, "--out", folder.Path, "--json"]);
            var run = called.Output.Length > 0 ? JsonSerializer.Deserialize(called.Output, ModelJson.Default.RunDocument)!
                : throw new InvalidDataException(called.ToString());
            if (run.Verdict != Outcome.Inconclusive || again == 0)
            {
                return run;
            }
        }
    }

    // A zombie has no command line: whoever is process 1 here has only to reap it.
    private static IEnumerable<string> KernelsOf(string temporary) =>
        Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0]))
        .Select(path =>
        {
            try
            {
                return File.ReadAllText(Path.Combine(path, "cmdline"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        })
        .Where(command => command.Contains($"uml_dir={temporary}", StringComparison.Ordinal));
}
