using BenchmarkDotNet.Attributes;
using LoadLab.Judging;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Reporting.Html;
using LoadLab.Reporting.Tests;
using LoadLab.Scenarios;

namespace LoadLab.Benchmarks;

/// <summary>What a run does before and after its load: once each.</summary>
public class RunBenchmarks : IDisposable
{
    private readonly DeclaredScenario scenario = Recorded.Scenario("accept-queue/backlog-overflow");
    private readonly Plan plan;
    private readonly Evidence evidence;
    private readonly string results = Directory.CreateTempSubdirectory("loadlab-benchmarks-").FullName;
    private readonly StoredRun stored;
    private readonly RunDocument document = Stored.Run(Stored.Finding(Outcome.Held, 5));

    public RunBenchmarks()
    {
        plan = Recorded.Plan(scenario);
        evidence = new Evidence(plan);
        foreach (var observation in Stored.Observations)
        {
            evidence.Fold(observation);
        }

        using (var folder = ResultsFolder.Create(results, Stored.Plan, document))
        {
            foreach (var observation in Stored.Observations)
            {
                folder.Append(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(observation, ModelJson.Default.Observation));
            }

            stored = StoredRun.Open(folder.Path);
        }

        stored = StoredRun.Open(stored.Path);
    }

    [Benchmark(Description = "plan accept-queue/backlog-overflow")]
    public Plan Planning() => Recorded.Plan(scenario);

    [Benchmark(Description = "judge it")]
    public Verdict Judging() => Judge.Decide(plan, evidence);

    [Benchmark(Description = "write report.html of a small run")]
    public string Page() => HtmlReport.Of(stored, document);

    public void Dispose()
    {
        Directory.Delete(results, recursive: true);
        GC.SuppressFinalize(this);
    }
}
