using System.Diagnostics;

namespace LoadLab.Cli.Tests;

/// <summary>What shells offer: the scripts of <c>loadlab completion</c> in the shells themselves.</summary>
public sealed class CompletionTests
{
    // The line is put where readline would put it; the words are broken as readline breaks them.
    private const string Bash = """
        source <("$1" completion bash)
        COMP_LINE=$2 COMP_POINT=${#2}
        read -ra COMP_WORDS <<<"${2//=/ = }"
        [[ $2 != *[\ =] ]] || COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        COMP_WORDS[0]=$1
        COMP_LINE="$1${2#loadlab}" COMP_POINT=$((${#1} + ${#2} - 7))
        _loadlab
        printf '%s\n' "${COMPREPLY[@]}"
        """;

    // Keys are typed into a zsh on a terminal of its own, and read until it shows the pattern; a zsh that never does is ended by timeout(1).
    private const string Zsh = """
        zmodload zsh/zpty
        export TERM=xterm COLUMNS=200 LINES=60
        zpty -b shell zsh -f -i
        zpty -w shell "PS1=; autoload -Uz compinit; compinit -u -D; source <($1 completion zsh); compdef _loadlab $1; echo rea''dy"
        zpty -r shell seen '*ready*'
        zpty -w -n shell "$1${2#loadlab}"$'\t\t'
        zpty -r shell seen "$3"
        print -r -- shown
        """;

    public static TheoryData<string, string, string> Lines => new()
    {
        { "loadlab ", "run,compare,size,completion,help", "--help" },
        { "loadlab re", "report,results", "run" },
        { "loadlab run ac", "accept-queue/", "--json" },
        { "loadlab run accept-queue/back", "accept-queue/backlog-overflow,accept-queue/backlog-zero", "accept-queue/reuseport" },
        { "loadlab run limits/somaxconn --ju", "--junit", "--json" },
        { "loadlab run limits/somaxconn --set server.backl", "server.backlog=", "server.port=" },
        { "loadlab run limits/somaxconn --set server.accept=", "eager,never,paced,stalled", "server.accept=never" },
        { "loadlab plan limits/somaxconn --sandbox ", "namespace,kernel,container,host", "--json" },
        { "loadlab run retransmit/syn-schedule --variant ", "one,two,two-doubling", "retransmit/" },
        { "loadlab help inspec", "inspect", "help" },
        { "loadlab completion ", "bash,zsh,fish", "run" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void BashOffersWhatMayComeNext(string line, string offered, string notOffered)
    {
        var replies = Run("bash", ["-c", Bash, "bash", Launcher.Path, line]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Subset(replies.ToHashSet(StringComparer.Ordinal), offered.Split(',').ToHashSet(StringComparer.Ordinal));
        Assert.DoesNotContain(notOffered, replies);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void FishOffersTheSame(string line, string offered, string notOffered)
    {
        Assert.SkipUnless(Host.Has("fish"), "needs fish");
        var script = $"set PATH {Launcher.Root} $PATH; {Launcher.Path} completion fish | source; complete -C '{line}'";
        var replies = Run("fish", ["--no-config", "-c", script]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(reply => reply.Split('\t')[0]);

        // A word ends with a space here, so that what is before the equals sign is part of what is offered.
        var before = line.EndsWith('=') ? line[(line.LastIndexOf(' ') + 1)..] : "";
        Assert.Subset(replies.ToHashSet(StringComparer.Ordinal), offered.Split(',').Select(word => $"{before}{word}").ToHashSet(StringComparer.Ordinal));
        Assert.DoesNotContain(before.Length > 0 ? "--json" : notOffered, replies);
    }

    [Theory]
    [InlineData("loadlab run accept-queue/back", "*backlog-overflow*backlog-zero*")]
    [InlineData("loadlab re", "*report*results*")]
    [InlineData("loadlab run limits/somaxconn --set server.backl", "*server.backlog=*")]
    public void ZshOffersTheSame(string line, string shown)
    {
        Assert.SkipUnless(Host.Has("zsh"), "needs zsh");
        Assert.Equal("shown\n", Run("timeout", ["30", "zsh", "-f", "-c", Zsh, "zsh", Launcher.Path, line, shown]));
    }

    [Theory]
    [InlineData("bash", "-n")]
    [InlineData("zsh", "-n")]
    [InlineData("fish", "--no-execute")]
    public void EveryScriptIsOfItsShell(string shell, string readOnly)
    {
        Assert.SkipUnless(Host.Has(shell), $"needs {shell}");
        using var folder = new TemporaryFolder();
        var script = folder.Write($"loadlab.{shell}", Launcher.Run("completion", shell).Output);
        Assert.Equal("", Run(shell, [readOnly, script]));
    }

    [Fact]
    public void AnotherShellIsRefused()
    {
        var called = Launcher.Run("completion", "tcsh");
        Assert.Equal((2, ""), (called.Exit, called.Output));
        Assert.Contains("takes bash, zsh or fish", called.Error, StringComparison.Ordinal);
    }

    private static string Run(string shell, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(shell, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Launcher.Root,
        })!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("", error.GetAwaiter().GetResult());
        return output;
    }
}
