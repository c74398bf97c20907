using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using LoadLab.Judging;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Reporting;
using LoadLab.Scenarios;

namespace LoadLab.Runs;

/// <summary>Runs the textbook: all sessions in one sandbox, side by side, and beside them the claims that need a server and clients, a sandbox each.</summary>
/// <remarks>Concurrency: as many runs at once as <see cref="RunsAtOnce"/> says, each a task; what they find is put together when all are over.</remarks>
public sealed class TextbookSession(TextbookRequest request, TextWriter error)
{
    // A run is four processes: more of them at once would be late for each other. A kernel in user space takes a processor for itself, so two of these
    // follow one another.
    private const int RunsAtOnce = 2;

    private string folder = "";

    /// <summary>Where its results are.</summary>
    public string Folder => folder;

    /// <summary>Runs it.</summary>
    /// <param name="stopping">Ends it early: what was not reached by then is inconclusive.</param>
    /// <exception cref="RunException">It cannot be run.</exception>
    public async Task<TextbookDocument> RunAsync(CancellationToken stopping)
    {
        var clock = Stopwatch.StartNew();
        var started = TimeProvider.System.GetUtcNow();
        var sandbox = SandboxCatalog.Create(request.Sandbox, request.Kernel);
        var claims = TextbookPlans.Make(request, sandbox);
        folder = Path.Combine(request.Results, FolderNames.Of(started, Book.Name, Random.Shared.Next()));
        using var goingOn = Create();
        using var turn = new SemaphoreSlim(RunsAtOnce);
        using var turnOfKernels = new SemaphoreSlim(1);
        var sessions = SessionsAsync(claims, sandbox, stopping);
        var runs = claims.Where(claim => claim is { IsSession: false, Skipped: null }).OrderByDescending(
            claim => claim.Declared.Base.Phases.Sum(phase => phase.Hold.Value))
            .Select(claim => OneAsync(claim, SandboxTraits.Of(KindOf(claim)).HasOwnKernel ? turnOfKernels : turn, stopping)).ToList();
        var found = new Dictionary<string, TextbookClaim>(StringComparer.Ordinal);
        var (ofSessions, states, transitions) = await sessions;
        foreach (var one in ofSessions.Concat(await Task.WhenAll(runs)).Concat(claims.Where(claim => claim.Skipped is not null).Select(Skipped)))
        {
            found[one.Id] = one;
        }

        var document = new TextbookDocument
        {
            Kernel = kernel ?? HostInspection.Kernel,
            Sandbox = request.Sandbox,
            Started = started,
            DurationS = Math.Round(clock.Elapsed.TotalSeconds, 1),
            Claims = [.. claims.Select(claim => found[claim.Id])],
            States = states,
            Transitions = transitions,
            Finished = !stopping.IsCancellationRequested,
        };
        StoredTextbook.Write(folder, document);
        return document;
    }

    private KernelVersion? kernel;

    private FileStream Create()
    {
        try
        {
            Directory.CreateDirectory(folder);
            return ResultsCatalog.MarkGoingOn(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RunException.Refused($"results cannot be written to {request.Results} ({e.Message}): name another folder with --out DIR");
        }
    }

    private async Task<(IReadOnlyList<TextbookClaim> Claims, ImmutableArray<string> States, ImmutableArray<StateTransition> Transitions)> SessionsAsync(
        ImmutableArray<TextbookClaimPlan> claims, ISandbox sandbox, CancellationToken stopping)
    {
        List<TextbookClaimPlan> planned = [.. claims.Where(claim => claim.Plan is not null)];
        if (planned.Count == 0)
        {
            return ([], [], []);
        }

        var plan = SessionsPlan.Together([.. planned.Select(claim => claim.Plan!)], $"{Book.Name}-sessions", request.Command);
        kernel = plan.Host.Kernel;
        using var session = new RunSession(plan with { Host = HostInspection.Beginning(plan.Host, TimeProvider.System) }, sandbox, folder, error);
        var run = await session.RunAsync(new NoProgress(), () => "interrupted", stopping);
        var findings = run.Findings.ToLookup(SessionsPlan.SessionOf);
        var evidence = session.Evidence.Variants[0];
        var seen = TransitionsSeen.Of(planned.Select(claim => SessionsPlan.SessionOf(claim.Plan!)), evidence);
        return ([.. planned.Select(claim => OfSession(claim, [.. findings[SessionsPlan.SessionOf(claim.Plan!).Name]], evidence, run))], seen.States,
            seen.Transitions);
    }

    private static TextbookClaim OfSession(TextbookClaimPlan claim, IReadOnlyList<Finding> findings, VariantEvidence evidence, RunDocument run)
    {
        var session = SessionsPlan.SessionOf(claim.Plan!);
        var outcome = ClaimJudge.Outcome(findings, claim.Declared.Base.Nuance.Length > 0);
        return Begun(claim) with
        {
            Outcome = outcome,
            Witnesses = ClaimJudge.Asked(findings),
            Observed = ClaimJudge.Observed(session, evidence),
            Reason = outcome is ClaimOutcome.Held or ClaimOutcome.Nuanced ? null : ClaimJudge.Problem(session, evidence) ?? run.Unfinished
                ?? FirstAgainst(findings),
            TookS = ClaimJudge.TookS(session, evidence),
        };
    }

    private async Task<TextbookClaim> OneAsync(TextbookClaimPlan claim, SemaphoreSlim turn, CancellationToken stopping)
    {
        await turn.WaitAsync(CancellationToken.None);
        var clock = Stopwatch.StartNew();
        try
        {
            if (stopping.IsCancellationRequested)
            {
                return Begun(claim) with { Outcome = ClaimOutcome.Inconclusive, Reason = "interrupted" };
            }

            var kind = KindOf(claim);
            var one = new RunRequest(claim.Declared.Name, [], EnumWords<SandboxKind>.Of(kind), null, null)
            {
                Kernel = SandboxTraits.Of(kind).HasOwnKernel ? request.Kernel : null,
            };
            var (plan, sandbox) = await Task.Run(() => Preparation.PlanAsync(one), CancellationToken.None);
            kernel ??= kind == request.Sandbox ? plan.Host.Kernel : null;
            using var session = new RunSession(plan, sandbox, folder, error);
            var run = await session.RunAsync(new NoProgress(), () => "interrupted", stopping);
            var outcome = run.Verdict == Outcome.Inconclusive && run.Findings.All(finding => finding.Outcome == Outcome.Held) ? ClaimOutcome.Inconclusive
                : ClaimJudge.Outcome(run.Findings, claim.Declared.Base.Nuance.Length > 0);
            return Begun(claim) with
            {
                Outcome = outcome,
                Witnesses = ClaimJudge.Asked(run.Findings),
                Observed = run.Summary,
                Reason = outcome is ClaimOutcome.Held or ClaimOutcome.Nuanced ? null : run.Unfinished ?? FirstAgainst(run.Findings),
                TookS = Math.Round(clock.Elapsed.TotalSeconds, 3),
            };
        }
        catch (RunException refusal)
        {
            return Begun(claim) with { Outcome = ClaimOutcome.Skipped, Reason = refusal.Message };
        }
        finally
        {
            turn.Release();
        }
    }

    // A claim that needs a kernel of its own has one wherever the others are run.
    private SandboxKind KindOf(TextbookClaimPlan claim) =>
        SandboxTraits.Of(claim.Declared.Base.Sandbox).HasOwnKernel ? claim.Declared.Base.Sandbox : request.Sandbox;

    private TextbookClaim Skipped(TextbookClaimPlan claim) => Begun(claim) with { Outcome = ClaimOutcome.Skipped, Reason = claim.Skipped };

    private static TextbookClaim Begun(TextbookClaimPlan claim) => new()
    {
        Id = claim.Id,
        Chapter = claim.Chapter,
        Claim = claim.Declared.Base.Claim,
        Outcome = ClaimOutcome.Inconclusive,
        Witnesses = [],
        Observed = "",
        Nuance = claim.Declared.Base.Nuance is { Length: > 0 } nuance ? nuance : null,
        KernelSource = claim.Declared.Base.KernelSource is { Length: > 0 } source ? source : null,
        Family = claim.Family,
        Again = claim.Family == SocketFamily.Ipv6 ? $"loadlab textbook {claim.Declared.Name} --family ipv6" : $"loadlab run {claim.Declared.Name}",
    };

    private static string? FirstAgainst(IEnumerable<Finding> findings) =>
        findings.Where(finding => finding.Outcome != Outcome.Held).OrderBy(finding => finding.Outcome == Outcome.Inconclusive).Select(
            finding => finding.Sentence).FirstOrDefault();
}
