using System.Diagnostics;

namespace LoadLab.Cli.Tests;

/// <summary>How a run is shown while it goes: drawn on a terminal, a line a second elsewhere. The terminal is a real one, made by script(1).</summary>
public sealed class LiveViewTests
{
    private const string HideCursor = "\u001b[?25l";
    private const string ShowCursor = "\u001b[?25h";
    private const string Run = "run accept-queue/backlog-overflow --set hold=2s";

    [SandboxFact]
    public void OnATerminalItIsDrawnInPlaceAndTheCursorComesBack()
    {
        var (shown, exit) = OnTerminal(Run);
        Assert.Equal(0, exit);
        Assert.Contains("accept-queue/backlog-overflow: ", shown, StringComparison.Ordinal);
        Assert.Contains("5 of 5", shown, StringComparison.Ordinal);
        Assert.Matches("[▁▂▃▄▅▆▇█]", shown);
        Assert.True(shown.IndexOf(HideCursor, StringComparison.Ordinal) is >= 0 and var hidden
            && hidden < shown.LastIndexOf(ShowCursor, StringComparison.Ordinal), "the cursor is left hidden");
        Assert.True(shown.LastIndexOf(ShowCursor, StringComparison.Ordinal) < shown.IndexOf("verdict", StringComparison.Ordinal),
            "the report is written over the view");
    }

    [SandboxFact]
    public void AnInterruptedRunGivesTheTerminalBack()
    {
        Assert.SkipUnless(Host.HearsInterrupts, Host.Deaf);

        // The program gets SIGINT from its own terminal as soon as the view is drawn: that is how Ctrl-C comes.
        var (shown, exit) = OnTerminal("run accept-queue/backlog-overflow --set hold=60s", interruptAt: "5 of 5");
        Assert.Equal(130, exit);
        Assert.True(shown.LastIndexOf(HideCursor, StringComparison.Ordinal) < shown.LastIndexOf(ShowCursor, StringComparison.Ordinal),
            "the cursor is left hidden");
        Assert.Contains("interrupted", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NO_COLOR=1", "")]
    [InlineData("CI=true", "")]
    [InlineData("TERM=dumb", "")]
    [InlineData("", " --no-color")]
    public void WhoAsksForPlainTextGetsALineASecondOnATerminalToo(string variable, string option)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        var (shown, exit) = OnTerminal(Run + option, variable);
        Assert.Equal(0, exit);
        Assert.DoesNotContain(HideCursor, shown, StringComparison.Ordinal);
        Assert.Contains("accept queue 5 of 5, SYN queue 0", shown, StringComparison.Ordinal);
    }

    [SandboxFact]
    public void OnAPipeWithJsonStandardOutputIsTheDocumentAndStandardErrorHasTheLines()
    {
        using var folder = new TemporaryFolder();
        var called = Launcher.Run([.. Run.Split(' '), "--out", folder.Path, "--json"]);
        Assert.Equal(0, called.Exit);
        Assert.Equal(5, Launcher.Document(called).Connections.Established);
        Assert.Contains("accept queue 5 of 5, SYN queue 0", called.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", called.Error, StringComparison.Ordinal);
    }

    private static (string Shown, int Exit) OnTerminal(string arguments, string variable = "", string? interruptAt = null)
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("script",
            ["--quiet", "--return", "--flush", "--command", $"stty cols 100 rows 30; exec env {variable} '{Launcher.Path}' {arguments} --out '{folder.Path}'",
                "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in new Dictionary<string, string?> { ["NO_COLOR"] = null, ["CI"] = null, ["TERM"] = "xterm-256color",
            ["LC_ALL"] = "C.UTF-8" })
        {
            start.Environment[name] = value;
        }

        using var terminal = Process.Start(start)!;
        var shown = new System.Text.StringBuilder();
        var part = new char[4096];
        while (terminal.StandardOutput.Read(part) is > 0 and var count)
        {
            shown.Append(part, 0, count);
            if (interruptAt is not null && shown.ToString().Contains(interruptAt, StringComparison.Ordinal))
            {
                // ETX is what the terminal's line discipline makes SIGINT of.
                terminal.StandardInput.Write('\u0003');
                terminal.StandardInput.Flush();
                interruptAt = null;
            }
        }

        terminal.WaitForExit();
        return (shown.ToString(), terminal.ExitCode);
    }
}
