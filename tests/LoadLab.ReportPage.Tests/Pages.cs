using LoadLab.Cli.Tests;

namespace LoadLab.ReportPage.Tests;

/// <summary>Real runs whose pages the tests look at: made once, by the program as users start it.</summary>
public sealed class Pages : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Lazy<string> run;
    private readonly Lazy<string> variants;
    private readonly Lazy<string> comparison;

    public Pages()
    {
        run = new(() => Make("one", "run", "accept-queue/slow-accept"));
        variants = new(() => Make("several", "run", "syn-queue/cookie-modes"));
        comparison = new(() => Make("compared", "compare", "accept-queue/backlog-overflow", "--tuning", "server.backlog=4,8", "--repeat", "2", "--set",
            "hold=200ms"));
    }

    /// <summary>A run with drops, resent SYNs and failed connects.</summary>
    public string Run => run.Value;

    /// <summary>A run with three variants and a scripted peer.</summary>
    public string Variants => variants.Value;

    /// <summary>A comparison of two tunings.</summary>
    public string Comparison => comparison.Value;

    public void Dispose() => folder.Dispose();

    private string Make(string name, params string[] arguments)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        Assert.SkipWhen(Browser.Program is null, "needs a browser");
        var results = Path.Combine(folder.Path, name);
        var called = Launcher.Run([.. arguments, "--out", results]);
        return Directory.Exists(results) ? Directory.GetDirectories(results).Single()
            : throw new InvalidOperationException($"{string.Join(' ', arguments)}: {called}");
    }
}
