using System.Diagnostics;

namespace LoadLab.Cli.Tests;

/// <summary>The manual pages: one for each verb, without a warning of groff, and with all that <c>--help</c> says.</summary>
public sealed class ManPageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void EachVerbHasAPageThatSaysWhatHelpSays()
    {
        Assert.SkipUnless(Host.Has("groff"), "needs groff");
        var called = Launcher.Run("help", "--man", folder.Path);
        Assert.True(called.Exit == 0, called.ToString());
        var verbs = Launcher.Run("--help").Output.Split("Commands:\n")[1].Split("\n\n")[0].Split('\n').Select(line => line.Trim().Split(' ')[0]);
        Assert.Equal(
            verbs.Select(verb => $"loadlab-{verb}.1").Append("loadlab-results-prune.1").Append("loadlab.1").Order(StringComparer.Ordinal),
            Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        foreach (var page in Directory.GetFiles(folder.Path))
        {
            var words = Path.GetFileNameWithoutExtension(page).Split('-')[1..];
            var (shown, warnings) = Shown(page);
            Assert.Equal("", warnings);
            var options = Launcher.Run([.. words, "--help"]).Output.Split("Options:\n")[1].Split("\n\n")[0];
            foreach (var line in options.Split('\n').Select(line => line.TrimStart()).Where(line => line.StartsWith('-')))
            {
                var names = line.Split("  ")[0].Split(',', ' ').Where(word => word.StartsWith('-'));
                Assert.All(names, option => Assert.Contains(option, shown, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsASentence()
    {
        var called = Launcher.Run("help", "--man", "/proc/man");
        Assert.Equal((2, ""), (called.Exit, called.Output));
        Assert.StartsWith("loadlab: --man /proc/man: the pages cannot be written there", called.Error, StringComparison.Ordinal);
    }

    private static (string Shown, string Warnings) Shown(string page)
    {
        using var process = Process.Start(new ProcessStartInfo("groff", ["-man", "-ww", "-Tutf8", "-P-cbou", page])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var warnings = process.StandardError.ReadToEndAsync();
        var shown = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (shown, warnings.GetAwaiter().GetResult());
    }
}
