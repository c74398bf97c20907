using System.Collections.Immutable;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Reporting;

namespace LoadLab.Runs.Sizing;

/// <summary>The kernel runs of a search: each value is planned once and run as often as it is asked for, in a folder of its own.</summary>
/// <param name="request">What is searched.</param>
/// <param name="folder">The search's folder.</param>
/// <param name="progress">Where a run says what a person should know while it goes on.</param>
/// <param name="first">What was planned already.</param>
internal sealed class SizingRuns(SizeRequest request, string folder, TextWriter progress, (RunRequest Run, (Plan Plan, ISandbox Sandbox) Planned) first)
{
    private readonly Dictionary<string, (Plan Plan, ISandbox Sandbox)> plans = new() { [Key(first.Run)] = first.Planned };
    private readonly SortedDictionary<long, List<SizingRun>> runs = [];
    private readonly SortedDictionary<long, List<SizingRun>> withMore = [];

    /// <summary>Descriptors that the process held before the first connection; null: no limit was set, or no run was made.</summary>
    public long? OwnDescriptors { get; private set; }

    /// <summary>The values that were run.</summary>
    public IEnumerable<long> Values => runs.Keys;

    /// <summary>Each value that was run, in ascending order.</summary>
    public ImmutableArray<SizingPoint> Points => [.. runs.Select(one => Point(one.Key, one.Value))];

    /// <summary>Each value that was run with a fifth more load, in ascending order.</summary>
    public ImmutableArray<SizingPoint> PointsWithMore => [.. withMore.Select(one => Point(one.Key, one.Value))];

    /// <summary>Why the first run that could not be used could not; "" when all could.</summary>
    public string FirstUnusable => runs.Values.SelectMany(list => list).FirstOrDefault(run => run.Outcome == Outcome.Inconclusive)?.Words ?? "";

    /// <summary>One run of a value; null when it was interrupted.</summary>
    public Task<SizingRun?> OneAsync(long value, CancellationToken stopping) => RunAsync(runs, value, request.With(value), "", stopping);

    /// <summary>One run of a value with a fifth more load; null when it was interrupted.</summary>
    public Task<SizingRun?> WithMoreAsync(long value, CancellationToken stopping) =>
        RunAsync(withMore, value, request.WithMore(value), "-with-20-percent-more", stopping);

    private static string Key(RunRequest run) => string.Join('\n', run.Settings);

    private static SizingPoint Point(long value, List<SizingRun> all) => new(
        value,
        all.Count(run => run.Outcome == Outcome.Held),
        all.Count(run => run.Outcome == Outcome.Broken),
        all.Count(run => run.Outcome == Outcome.Inconclusive),
        [.. all.Where(run => run.Outcome != Outcome.Inconclusive).Select(run => run.Quantity).OfType<double>()],
        all.LastOrDefault(run => run.Outcome == Outcome.Broken)?.Words ?? "");

    // The limit that a spare became, less the spare: what the process has open by itself.
    private static long? Own(Plan plan, RunSession session)
    {
        var scenario = plan.Variants[0].Declared;
        var (role, spare) = scenario.ServerSpare is { } server ? (Role.Server, server) : (Role.Swarm, scenario.SwarmSpare);
        return spare is { } free && (session.Ask(ProcessWitnesses.OwnSoft.Of(role)) ?? session.Ask(ProcessWitnesses.Soft.Of(role))) is { } soft
            ? (long)soft - free : null;
    }

    private async Task<SizingRun?> RunAsync(SortedDictionary<long, List<SizingRun>> of, long value, RunRequest asked, string suffix,
        CancellationToken stopping)
    {
        if (!plans.TryGetValue(Key(asked), out var planned))
        {
            planned = plans[Key(asked)] = await Preparation.PlanAsync(asked, cancellation: CancellationToken.None);
        }

        var plan = planned.Plan with { Host = HostInspection.Beginning(planned.Plan.Host, TimeProvider.System) };
        var place = Path.Combine(folder, FolderNames.Plain(request.Range.Text(value)) + suffix);
        using var session = new RunSession(plan, planned.Sandbox, place, progress);
        var document = await session.RunAsync(new NoProgress(), () => "interrupted", stopping);
        var run = SizingRun.Of(plan, document, session.Evidence, request.Conditions);
        OwnDescriptors ??= Own(plan, session);
        if (stopping.IsCancellationRequested)
        {
            return null;
        }

        (of.TryGetValue(value, out var list) ? list : of[value] = []).Add(run);
        return run;
    }
}
