using LoadLab.Cli.Tests;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Reporting.Html;
using LoadLab.Reporting.Tests;

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

    /// <summary>Every kind of page: <see cref="Of"/> has its file.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["run", "variants", "comparison", "broken run", "sizing", "suite"];

    /// <summary>The page of a kind: those of runs are made by the program, the others by what it makes them with, of stored results.</summary>
    public string Of(string kind) => kind switch
    {
        "run" => Path.Combine(Run, FolderNames.Report),
        "variants" => Path.Combine(Variants, FolderNames.Report),
        "comparison" => Path.Combine(Comparison, FolderNames.Report),
        "broken run" => Written(kind, HtmlReport.Of(StoredRun.Open(folder.Path) with { Plan = Stored.Plan }, Broken)),
        "sizing" => Written(kind, SizeHtmlReport.Of(Sized.Document)),
        "suite" => Written(kind, SuiteHtmlReport.Of(Suite)),
        _ => throw new ArgumentException($"no page is of kind {kind}", nameof(kind)),
    };

    public void Dispose() => folder.Dispose();

    private static RunDocument Broken => Stored.Run(Stored.Finding(Outcome.Held, 5), Stored.Finding(Outcome.Broken, 4), Stored.Finding(Outcome.Inconclusive,
        null));

    private static SuiteResult Suite => new(
        new SuiteDocument
        {
            Command = "loadlab run 'accept-queue/*' limits/somaxconn",
            Started = Stored.Plan.Host.Started,
            DurationS = 9.5,
            Parallel = 2,
            Finished = true,
            Runs =
            [
                new SuiteRun { Scenario = Broken.Scenario, Claim = Broken.Claim, Verdict = Broken.Verdict, DurationS = 5, Folder = "x",
                    Summary = Broken.Summary },
                new SuiteRun { Scenario = "retransmit/syn-options", Claim = "x", Verdict = Outcome.Inconclusive, NotRun = "this kernel does not have it" },
            ],
        },
        [new PlannedRun(Stored.Plan, Broken), null]);

    private string Written(string kind, string page)
    {
        Assert.SkipWhen(Browser.Program is null, "needs a browser");
        var file = Path.Combine(folder.Path, $"{kind}.html");
        File.WriteAllText(file, page);
        return file;
    }

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
