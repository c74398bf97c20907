using System.Text.Json;
using LoadLab.Judging;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Reporting;
using LoadLab.Scenarios;

namespace LoadLab.Runs;

/// <summary>Runs a scenario under several tunings in turn, A B A B …, so that what drifts in the machine falls on all of them, and compares.</summary>
public sealed class CompareSession : IDisposable
{
    private readonly IReadOnlyList<(Tuning Tuning, Plan Plan, ISandbox Sandbox)> planned;
    private readonly int repeat;
    private readonly FileStream goingOn;
    private readonly TextWriter progress;

    private CompareSession(IReadOnlyList<(Tuning Tuning, Plan Plan, ISandbox Sandbox)> planned, int repeat, string results, TextWriter progress)
    {
        (this.planned, this.repeat, this.progress) = (planned, repeat, progress);
        Lasts = new Nanoseconds(planned.Sum(one => one.Plan.Lasts.Value) * repeat);
        Folder = Path.Combine(results, FolderNames.Of(planned[0].Plan.Host.Started, $"compare-{planned[0].Plan.Scenario}", Random.Shared.Next()));
        try
        {
            Directory.CreateDirectory(Folder);
            goingOn = ResultsCatalog.MarkGoingOn(Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RunException.Unwritable(results, e);
        }
    }

    /// <summary>When it began.</summary>
    public DateTimeOffset Started => planned[0].Plan.Host.Started;

    /// <summary>How long the phases of all runs last.</summary>
    public Nanoseconds Lasts { get; }

    /// <summary>The comparison's folder: a folder of runs for each tuning.</summary>
    public string Folder { get; }

    /// <summary>Plans each tuning once, so that all that can be refused is refused before anything runs.</summary>
    /// <param name="request">The scenario.</param>
    /// <param name="tunings">At least two.</param>
    /// <param name="repeat">Runs of each.</param>
    /// <param name="results">The folder under which the comparison gets its own.</param>
    /// <param name="progress">Takes a line for each run.</param>
    /// <exception cref="RunException">One of them cannot be run, with every reason.</exception>
    public static async Task<CompareSession> PlanAsync(RunRequest request, IReadOnlyList<Tuning> tunings, int repeat, string results, TextWriter progress)
    {
        ArgumentNullException.ThrowIfNull(tunings);
        var made = new List<(Tuning Tuning, Plan Plan, ISandbox Sandbox)>();
        foreach (var tuning in tunings)
        {
            var (plan, sandbox) = await Preparation.PlanAsync(request, tuning);
            made.Add((tuning, plan, sandbox));
        }

        return new CompareSession(made, repeat, results, progress);
    }

    /// <summary>Runs them all, or until it is stopped: what there is by then of every tuning is compared. Null when there is not one run of each.</summary>
    public async Task<ComparisonDocument?> RunAsync(IReadOnlyList<FailCondition> conditions, CancellationToken stopping)
    {
        var runs = planned.ToDictionary(one => one.Tuning, _ => new List<RunDocument>());
        for (var round = 1; round <= repeat && !stopping.IsCancellationRequested; round++)
        {
            foreach (var (tuning, plan, sandbox) in planned)
            {
                var run = await OneAsync(tuning, plan, sandbox, stopping);
                if (stopping.IsCancellationRequested)
                {
                    break;
                }

                runs[tuning].Add(run);
                await progress.WriteLineAsync($"{round} of {repeat}  {tuning.Name}: {EnumWords<Outcome>.Of(run.Verdict)}, {run.DurationS:0.0} s");
            }
        }

        if (runs.Values.Any(list => list.Count == 0))
        {
            return null;
        }

        var comparison = Comparison.Of([.. planned.Select(one => new TunedRuns(one.Tuning.Name, one.Tuning.About, [.. one.Tuning.Words], runs[one.Tuning]))]);
        return Store(comparison, conditions, Folder, progress);
    }

    /// <summary>The comparison with the conditions that failed, written to a folder.</summary>
    public static ComparisonDocument Store(ComparisonDocument comparison, IReadOnlyList<FailCondition> conditions, string? folder, TextWriter error)
    {
        comparison = comparison with { Failed = [.. conditions.SelectMany(condition => condition.Check(comparison))] };
        if (folder is not null)
        {
            Write(comparison, folder, error);
        }

        return comparison;
    }

    /// <inheritdoc/>
    public void Dispose() => goingOn.Dispose();

    /// <summary>Writes a comparison of folders into one of its own.</summary>
    /// <exception cref="RunException">It cannot be written.</exception>
    public static string Keep(ComparisonDocument comparison, string results, TextWriter error)
    {
        var folder = Path.Combine(results, FolderNames.Of(TimeProvider.System.GetUtcNow(), $"compare-{comparison.Scenario}", Random.Shared.Next()));
        try
        {
            Directory.CreateDirectory(folder);
            Write(comparison, folder, error);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RunException.Unwritable(results, e);
        }

        return Paths.Shown(folder);
    }

    private static void Write(ComparisonDocument comparison, string folder, TextWriter error)
    {
        ResultsFolder.Write(folder, FolderNames.Comparison, comparison, ModelJson.Indented.ComparisonDocument);
        ResultsFolder.Write(folder, FolderNames.ComparisonText, CompareReport.Markdown(comparison));
        ReportPage.Write(folder, comparison, error);
    }

    // The sandbox, and so what was found out of it, is the same in each run; only the moment is another.
    private async Task<RunDocument> OneAsync(Tuning tuning, Plan plan, ISandbox sandbox, CancellationToken stopping)
    {
        using var session = new RunSession(plan with { Host = HostInspection.Beginning(plan.Host, TimeProvider.System) }, sandbox,
            Path.Combine(Folder, FolderNames.Plain(tuning.Name)), progress);
        return await session.RunAsync(new NoProgress(), () => "interrupted", stopping);
    }
}
