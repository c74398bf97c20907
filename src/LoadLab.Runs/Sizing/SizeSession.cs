using System.Collections.Immutable;
using System.Diagnostics;
using LoadLab.Judging.Sizing;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Reporting;

namespace LoadLab.Runs.Sizing;

/// <summary>Finds the smallest value of a setting that is enough: the model brackets it, kernel runs of both sides in turn confirm it.</summary>
/// <remarks>Concurrency: one run at a time, since runs side by side would be late for each other.</remarks>
public sealed class SizeSession : IDisposable
{
    private const int Unclamped = 65535;
    private const int HeadroomRunsOfEach = 2;
    private readonly SizeRequest request;
    private readonly TextWriter progress;
    private readonly SizingModel model;
    private readonly ModelBracket bracket;
    private readonly FileStream goingOn;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Plan best;
    private readonly SizingRuns runs;
    private int headroomRuns;

    private SizeSession(SizeRequest request, SizingModel model, ModelBracket bracket, (Plan Plan, ISandbox Sandbox) best, string results, TextWriter progress)
    {
        (this.request, this.model, this.bracket, this.progress) = (request, model, bracket, progress);
        this.best = best.Plan;
        Started = best.Plan.Host.Started;
        Folder = Path.Combine(results,
            FolderNames.Of(Started, $"size-{(request.Target.Length > 0 ? request.Target : best.Plan.Scenario)}", Random.Shared.Next()));
        try
        {
            Directory.CreateDirectory(Folder);
            goingOn = ResultsCatalog.MarkGoingOn(Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RunException.Unwritable(results, e);
        }

        runs = new SizingRuns(request, Folder, progress, (request.With(BestValue(request, bracket)), best));
    }

    /// <summary>When it began.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>The folder: a folder of runs for each value.</summary>
    public string Folder { get; }

    /// <summary>What the model says before anything runs, as a sentence.</summary>
    public string Prediction => bracket.Guess is { } guess
        ? $"the kernel model says that {request.Noun} {request.Range.Text(guess)} is the first that is enough; at most {request.Budget} runs of about "
            + $"{best.Lasts.Seconds + 1:0.#} s"
        : $"the kernel model "
            + $"{(model.Said.Any() && model.Said.All(one => one.Holds == false) ? "says that no value is enough" : "does not say where the boundary is")}; at "
            + $"most {request.Budget} runs of about {best.Lasts.Seconds + 1:0.#} s";

    /// <summary>Asks the model, and plans the best value: all that can be refused is refused before anything runs.</summary>
    /// <exception cref="RunException">It cannot be run, with every reason.</exception>
    public static async Task<SizeSession> PlanAsync(SizeRequest request, string results, TextWriter progress)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Preparation.Declared(request.With(request.Range.High)).Variants.Length > 1)
        {
            throw RunException.Refused($"{request.Run.Name} has several variants, and size searches in one: name it with --variant NAME");
        }

        // With a somaxconn that clamps nothing, so that what the subject itself gives to listen() is seen.
        var (_, facts, _) = await Preparation.LookAsync(request.With(request.Find == SizingModel.FoundSomaxconn ? Unclamped : request.Range.High));
        request = request.On(facts);
        var rules = new SizingModel(request, facts);
        var expected = ModelBracket.Of(request.Range.Low, request.Range.High, request.ClosedForm?.Value, value => rules.At(value)?.Holds);
        if (rules.Refusal is { } refusal)
        {
            throw RunException.Refused(refusal);
        }

        return new SizeSession(request, rules, expected, await Preparation.PlanAsync(request.With(BestValue(request, expected))), results, progress);
    }

    /// <summary>Runs until the boundary is confirmed, the budget is spent or it is stopped.</summary>
    public async Task<SizingDocument> RunAsync(CancellationToken stopping)
    {
        var search = new BoundarySearch(
            new SearchPlan(request.Range.Low, request.Range.High, request.Budget) { Guess = bracket.Guess, Falling = bracket.Falling, Probes = Probes() });
        while (!stopping.IsCancellationRequested && search.Next is { } value)
        {
            if (await runs.OneAsync(value, stopping) is not { } run)
            {
                break;
            }

            search.Add(value, run.Outcome);
            await progress.WriteLineAsync($"{search.Runs} of at most {request.Budget}  {request.SettingOf(value)}: {Words(run)}");
        }

        await RunWithMoreAsync(search, stopping);
        var document = Document(search, stopping.IsCancellationRequested);
        SizingFolder.Write(Folder, document, progress);
        return document;
    }

    /// <inheritdoc/>
    public void Dispose() => goingOn.Dispose();

    private static string Words(SizingRun run) => run.Outcome switch
    {
        Outcome.Held => "enough",
        Outcome.Broken => $"not enough, {run.Words}",
        Outcome.Inconclusive => $"not usable, {run.Words}",
    };

    private static long BestValue(SizeRequest request, ModelBracket bracket) => bracket.Guess ?? request.Range.High;

    // Away from the boundary: a place on each side near it, one far from it, and where the model's answer turns.
    private ImmutableArray<long> Probes()
    {
        var (low, high) = (request.Range.Low, request.Range.High);
        if (bracket.Guess is not { } guess)
        {
            return [];
        }

        IEnumerable<long> wanted =
        [
            .. bracket.Turns.SelectMany(turn => (long[])[turn.Enough, turn.NotEnough]),
            guess + ((high - guess) / 4), low + ((guess - low) / 2), high, low + ((guess - low) / 4),
        ];
        return [.. wanted.Where(value => value >= low && value <= high).Distinct()];
    }

    // The answer with a fifth more load, and what its formula gives for that load: a run or two each, within the budget.
    private async Task RunWithMoreAsync(BoundarySearch search, CancellationToken stopping)
    {
        if (request.More.IsEmpty || search.End is not (SizingEnd.Exact or SizingEnd.Interval) || search.Enough is not { } enough)
        {
            return;
        }

        long[] values = request.ClosedForm is not null && request.ClosedFormOfMore is { } needed && needed > enough && needed <= request.Range.High
            ? [enough, needed] : [enough];
        foreach (var value in Enumerable.Repeat(values, HeadroomRunsOfEach).SelectMany(one => one))
        {
            if (search.Runs + headroomRuns >= request.Budget || stopping.IsCancellationRequested || await runs.WithMoreAsync(value, stopping) is not { } run)
            {
                return;
            }

            headroomRuns++;
            await progress.WriteLineAsync(
                $"{search.Runs + headroomRuns} of at most {request.Budget}  {request.SettingOf(value)}, 20 % more load: {Words(run)}");
        }
    }

    private SizingDocument Document(BoundarySearch search, bool isInterrupted)
    {
        // Beside each value that was run, what the model says of it.
        foreach (var run in runs.Values)
        {
            model.At(run);
        }

        var (points, withMore) = (runs.Points, runs.PointsWithMore);
        var closed = request.ClosedForm is { } form && search.End == SizingEnd.Exact ? form with { Agrees = form.Value == search.Enough } : request.ClosedForm;
        return new SizingDocument
        {
            Scenario = best.Scenario,
            Target = request.Target,
            Kernel = best.Host.Kernel,
            Started = Started,
            DurationS = Math.Round(clock.Elapsed.TotalSeconds, 1),
            Command = request.Command,
            Setting = request.Find,
            Unit = request.Range.Unit,
            Low = request.Range.Low,
            High = request.Range.High,
            Falling = search.Falling,
            Conditions = [.. request.Conditions.Select(condition => $"{condition}")],
            End = search.End,
            Enough = search.Enough,
            NotEnough = search.NotEnough,
            Answer = $"{SizingAnswer.Of(request, search)}{(search.End == SizingEnd.NotMet ? SizingAnswer.ByCap(request, best, model.Subject) : "")}",
            Evidence = [.. SizingAnswer.Evidence(request, search, points)],
            Runs = search.Runs + headroomRuns,
            Budget = request.Budget,
            Points = points,
            Model = [.. model.Said],
            ClosedForm = closed,
            PointsWithMore = withMore,
            Headroom = search.Enough is { } enough ? SizingAnswer.Headroom(request, enough, model.AtMore(enough), withMore) : null,
            Caps = [.. SizingAnswer.Caps(request, best, model.Subject, request.ClosedForm?.Value ?? search.Enough)],
            Paste = search.Enough is { } value && search.End is not (SizingEnd.NotMet or SizingEnd.NonMonotonic)
                ? request.Paste(value, runs.OwnDescriptors) : [],
            Notes = [.. Notes(search, points, isInterrupted)],
        };
    }

    private IEnumerable<string> Notes(BoundarySearch search, ImmutableArray<SizingPoint> points, bool isInterrupted)
    {
        if (isInterrupted)
        {
            yield return "interrupted: the answer is over what was run until then";
        }
        else if (search.IsHopeless)
        {
            yield return "no run of a value could be used, so the search was given up";
        }
        else if (search.End == SizingEnd.Unfinished)
        {
            yield return search.Runs >= request.Budget ? $"the budget of {request.Budget} runs was spent (--budget)"
                : "runs at the end of the range differ, so the boundary is not certain";
        }

        if (points.Sum(point => point.Unusable) is > 0 and var unusable)
        {
            yield return $"{unusable} of {search.Runs} runs could not be used{(search.IsHopeless ? "" : " and were repeated")}: "
                + $"{runs.FirstUnusable}";
        }

        foreach (var (enough, not) in bracket.Turns)
        {
            yield return $"by the kernel model the response is not monotonic: {request.Range.Text(enough)} is enough and {request.Range.Text(not)} is not";
        }

        if (search.End == SizingEnd.Exact && bracket.Guess is { } guess && guess != search.Enough)
        {
            yield return $"the kernel model said {request.Range.Text(guess)}: please report it with this folder";
        }

        if (runs.OwnDescriptors is { } own)
        {
            yield return $"the process itself held {own} descriptors before the first connection; RLIMIT_NOFILE is that and the free ones. Another program "
                + "holds another number: look at /proc/PID/fd";
        }

        foreach (var note in request.Notes)
        {
            yield return note;
        }

        if (request.Target == "ports")
        {
            yield return "loopback takes a port in TIME-WAIT again after a second by default (net.ipv4.tcp_tw_reuse 2), a network does not: these runs have "
                + "it off";
        }
    }
}
