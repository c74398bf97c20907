using System.Text.RegularExpressions;

namespace LoadLab.Cli.Tests;

/// <summary>Help, version, and what is answered to a mistyped verb or option.</summary>
public sealed partial class UsageTests
{
    [Fact]
    public void WithoutAWordItSaysWhatCanBeGivenAndThatNothingWasRun()
    {
        var called = Launcher.Run();
        Assert.Equal((2, ""), (called.Exit, called.Error));
        Assert.Equal(Launcher.Run("--help").Output, called.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("run")]
    [InlineData("results prune")]
    public void HelpIsWhatTheOptionShows(string verb)
    {
        var words = verb.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var called = Launcher.Run(["help", .. words]);
        Assert.Equal((0, ""), (called.Exit, called.Error));
        Assert.Equal(Launcher.Run([.. words, "--help"]).Output, called.Output);
    }

    [Fact]
    public void TheVersionNamesTheCommitOfACheckout()
    {
        var called = Launcher.Run("version");
        Assert.Equal(0, called.Exit);
        Assert.Matches(Path.Exists(Path.Combine(Launcher.Root, ".git")) ? WithCommit() : Released(), called.Output);
        Assert.Equal(called.Output, Launcher.Run("--version").Output);
    }

    [Theory]
    [InlineData("there is no verb 'rn'; did you mean 'run'?", "rn", "accept-queue/backlog-overflow")]
    [InlineData("there is no verb 'xyzzy'; verbs are run, compare,", "xyzzy")]
    [InlineData("there is no verb 'prun' of 'loadlab results'; did you mean 'prune'?", "results", "prun")]
    [InlineData("there is no verb 'inspcet'; did you mean 'inspect'?", "inspcet", "--watch")]
    [InlineData("there is no verb 'insepct'; did you mean 'inspect'?", "help", "insepct")]
    [InlineData("there is no option '--junt' of 'loadlab run'; did you mean '--junit'?", "run", "limits/somaxconn", "--junt", "a.xml")]
    [InlineData("there is no option '--verbos' of 'loadlab report'; did you mean '--verbose'?", "report", "DIR", "--verbos")]
    [InlineData("there is no option '--no-colour' of 'loadlab list'; did you mean '--no-color'?", "list", "--no-colour")]
    [InlineData("there is no option '--jso' of 'loadlab compare'; did you mean '--json'?", "compare", "limits/somaxconn", "--jso=1")]
    [InlineData("there is no option '--xyzzy' of 'loadlab list'; '--help' lists them all", "list", "--xyzzy")]
    [InlineData("'twice' is one word too many", "plan", "limits/somaxconn", "twice")]
    [InlineData("Required argument 'NAME|FILE|DIR|PATTERN' missing for command: 'run'.", "run")]
    [InlineData("Required argument missing for option: '--out'.", "run", "limits/somaxconn", "--out")]
    public void AMistakeIsAnsweredByTheNearest(string sentence, params string[] words)
    {
        var called = Launcher.Run(words);
        Assert.Equal((2, ""), (called.Exit, called.Output));
        Assert.StartsWith($"loadlab: {sentence}", called.Error, StringComparison.Ordinal);
        Assert.InRange(called.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 2);
    }

    [GeneratedRegex(@"^\d+\.\d+\.\d+(-alpha\.0(\.\d+)?)?\+[0-9a-f]{9}\n$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WithCommit();

    [GeneratedRegex(@"^\d+\.\d+\.\d+(-unknown)?\n$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Released();
}
