using System.Diagnostics;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Reporting;

namespace LoadLab.Runs.Suites;

/// <summary>Runs one scenario into a folder below the one that it is given.</summary>
/// <param name="plan">What is run.</param>
/// <param name="sandbox">Where.</param>
/// <param name="results">The folder under which it gets its own.</param>
/// <returns>The result and its folder.</returns>
public delegate Task<(RunDocument Run, string Folder)> RunOne(Plan plan, ISandbox sandbox, string results);

/// <summary>Runs several scenarios, one after the other or some of them side by side, into one folder with one verdict.</summary>
/// <remarks>
/// Concurrency: runs that may share the machine are tasks, at most so many at once; those that may not (<see cref="SideBySide"/>) follow, one after the
/// other. <c>told</c> is called by one of them at a time.
/// </remarks>
public sealed class SuiteSession : IDisposable
{
    private readonly IReadOnlyList<SuitePlan> plans;
    private readonly string command;
    private readonly int parallel;
    private readonly DateTimeOffset started = TimeProvider.System.GetUtcNow();
    private readonly FileStream goingOn;
    private readonly Lock telling = new();

    /// <summary>Creates its folder.</summary>
    /// <param name="plans">What is run.</param>
    /// <param name="command">How to run it again.</param>
    /// <param name="parallel">How many runs may go on at once.</param>
    /// <param name="results">The folder under which it gets its own.</param>
    /// <exception cref="RunException">It cannot be written.</exception>
    public SuiteSession(IReadOnlyList<SuitePlan> plans, string command, int parallel, string results)
    {
        (this.plans, this.command, this.parallel) = (plans, command, parallel);
        Folder = Path.Combine(results, FolderNames.Of(started, FolderNames.SuiteWord, Random.Shared.Next()));
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

    /// <summary>The suite's folder, with a folder of each run in it.</summary>
    public string Folder { get; }

    /// <summary>Runs them all, or until it is stopped: what was not begun by then is not run.</summary>
    /// <param name="one">Runs one.</param>
    /// <param name="told">Is told of each run when it is over, and how many are.</param>
    /// <param name="stopping">Begins no further run.</param>
    public async Task<SuiteResult> RunAsync(RunOne one, Action<int, Plan, RunDocument, string> told, CancellationToken stopping)
    {
        var clock = Stopwatch.StartNew();
        var runs = new (SuiteRun Entry, Plan? Plan, RunDocument? Run)[plans.Count];
        var over = 0;
        using var turn = new SemaphoreSlim(parallel);
        var indices = Enumerable.Range(0, plans.Count).ToLookup(i => parallel > 1 && plans[i].Plan is { } plan && SideBySide.WhyAlone(plan) is null);

        // The longest first, so that none of them goes on alone at the end.
        await Task.WhenAll(indices[true].OrderByDescending(i => plans[i].Plan!.Lasts.Value).Select(InTurnAsync));
        foreach (var i in indices[false])
        {
            await OneAsync(i);
        }

        var document = new SuiteDocument
        {
            Command = command,
            Started = started,
            DurationS = Math.Round(clock.Elapsed.TotalSeconds, 1),
            Parallel = parallel,
            Finished = !stopping.IsCancellationRequested,
            Runs = [.. runs.Select(run => run.Entry)],
        };
        return new SuiteResult(document, [.. runs.Select(run => run is { Plan: { } plan, Run: { } seen } ? new PlannedRun(plan, seen) : null)]);

        async Task InTurnAsync(int i)
        {
            await turn.WaitAsync(CancellationToken.None);
            try
            {
                await OneAsync(i);
            }
            finally
            {
                turn.Release();
            }
        }

        async Task OneAsync(int i)
        {
            var planned = plans[i];
            if (planned is not { Plan: { } plan, Sandbox: { } sandbox } || stopping.IsCancellationRequested)
            {
                runs[i] = (NotRun(planned, planned.NotRun ?? "interrupted before it began"), null, null);
                return;
            }

            try
            {
                // The sandbox, and so what was found out of it, is the same as when it was planned; only the moment is another.
                var begun = plan with { Host = HostInspection.Beginning(plan.Host, TimeProvider.System) };
                var (run, folder) = await Task.Run(() => one(begun, sandbox, Folder), CancellationToken.None);
                runs[i] = (Of(run, folder), begun, run);
                lock (telling)
                {
                    told(++over, begun, run, folder);
                }
            }
            catch (RunException refusal)
            {
                runs[i] = (NotRun(planned, refusal.Message.Replace('\n', ' ')), null, null);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => goingOn.Dispose();

    private static SuiteRun NotRun(SuitePlan planned, string reason) =>
        new() { Scenario = planned.Scenario, Claim = planned.Claim, Verdict = Outcome.Inconclusive, NotRun = reason };

    private static SuiteRun Of(RunDocument run, string folder) => new()
    {
        Scenario = run.Scenario,
        Claim = run.Claim,
        Verdict = run.Verdict,
        DurationS = run.DurationS,
        Folder = Path.GetFileName(folder),
        Summary = run.Unfinished ?? run.Summary,
    };
}
