using LoadLab.Model;

namespace LoadLab.Adversary.Tests;

/// <summary>
/// What others say is data: a claim, a file's name, a datagram or last words cannot steer a terminal, hide, or begin a sentence of the program's.
/// </summary>
public sealed class OthersTextTests
{
    private const string Escape = "\u001b]0;owned\u0007\u001b[2J\u202e";

    [Fact]
    public void AClaimAndAFilesNameReachNoStreamAsTheyAre()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("name\u001b[31m\u202e.yaml", "claim: \"x\\e]0;owned\\a\\u202e\"\nabout: \"\\e[2J\"\n");
        foreach (var words in (string[][])[["plan", file], ["plan", file, "--set", $"server.backlog={Escape}"], ["plan", Escape], ["run", file + Escape],
            ["report", Escape], ["plan", file, "--json"]])
        {
            Harmless(Launcher.Run(words));
        }
    }

    [SandboxFact]
    public void ARunShowsThemWrittenOutInItsReportAndItsMarkdown()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("hostile.yaml",
            "claim: \"x\\e]0;owned\\a\\u202ey | <script>\"\nserver: {accept: eager}\nswarm: {connections: 1}\nhold: 50ms\n");
        var markdown = Path.Combine(folder.Path, "summary.md");
        var run = Launcher.Run(new Dictionary<string, string> { ["LOADLAB_RESULTS"] = Path.Combine(folder.Path, "results") }, "run", file, "--markdown",
            markdown);
        Harmless(run);
        Assert.Contains(@"\u001B]0;owned\u0007\u202E", run.Output, StringComparison.Ordinal);
        var text = File.ReadAllText(markdown);
        Assert.True(VisibleText.IsPlain(text), VisibleText.Of(text));
        Assert.Contains(@"&lt;script>", text, StringComparison.Ordinal);
    }

    private static void Harmless(Called called)
    {
        Assert.True(VisibleText.IsPlain(called.Output), VisibleText.Of(called.Output));
        Assert.True(VisibleText.IsPlain(called.Error), VisibleText.Of(called.Error));
    }
}
