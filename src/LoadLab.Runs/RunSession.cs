using LoadLab.Judging;
using LoadLab.Kernel;
using LoadLab.KernelModel.Rules;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning;
using LoadLab.Reporting;

namespace LoadLab.Runs;

/// <summary>
/// A run from its plan to its verdict: each variant in a sandbox of its own, every observation into the results folder and into the evidence.
/// </summary>
/// <remarks>Concurrency: the lab's reading task folds and tells; the progress view has a gate of its own.</remarks>
public sealed class RunSession : IDisposable
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(250);
    private readonly Plan plan;
    private readonly ISandbox sandbox;
    private readonly Evidence evidence;
    private readonly ResultsFolder folder;
    private readonly IRunObserver? observer;
    private readonly TextWriter error;
    private Plan? replayed;

    /// <summary>Creates the results folder, with the plan in it.</summary>
    /// <param name="plan">What is run.</param>
    /// <param name="sandbox">Where.</param>
    /// <param name="results">The folder under which it gets its own.</param>
    /// <param name="error">Gets a line where a report cannot be written.</param>
    /// <param name="observer">Gets every observation; null: none. Its maker disposes it.</param>
    /// <exception cref="RunException">It cannot be written.</exception>
    public RunSession(Plan plan, ISandbox sandbox, string results, TextWriter error, IRunObserver? observer = null)
    {
        this.plan = plan;
        (this.error, this.observer) = (error, observer);
        this.sandbox = sandbox;
        evidence = new Evidence(plan);
        try
        {
            folder = ResultsFolder.Create(results, plan, RunDocuments.Begun(plan));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RunException.Unwritable(results, e);
        }
    }

    /// <summary>The results folder.</summary>
    public string Folder => folder.Path;

    /// <summary>Runs every variant, judges, and writes run.json.</summary>
    /// <param name="progress">Is told how it goes.</param>
    /// <param name="stopped">Why it was stopped, when it was.</param>
    /// <param name="stopping">Ends it early.</param>
    /// <exception cref="RunException">Something asked for is not available here: nothing was run.</exception>
    public async Task<RunDocument> RunAsync(IProgressView progress, Func<string> stopped, CancellationToken stopping)
    {
        string? reason;
        try
        {
            reason = await WalkAsync(progress, stopped, stopping);
        }
        finally
        {
            await progress.DoneAsync();
        }

        folder.Flush();
        var document = Document(reason ?? folder.Failure);
        folder.Complete(document);
        if (replayed is not null)
        {
            folder.WriteBands(replayed);
        }

        if (folder.Failure is { } failure)
        {
            // Said once, with the verdict over what was seen.
            document = Document(reason is null ? failure : $"{reason}; {failure}");
        }
        else
        {
            ReportPage.Write(StoredRun.Open(folder.Path), document, error);
        }

        observer?.End(document);
        return document;
    }

    /// <summary>What was seen; whole once <see cref="RunAsync"/> has ended.</summary>
    public Evidence Evidence => evidence;

    /// <summary>What a witness of the first variant said.</summary>
    public decimal? Ask(WitnessRef witness) => evidence.Variants[0].Ask(witness).Value;

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private RunDocument Document(string? reason) =>
        RunDocuments.Ended(plan, evidence, new RunClock(plan.Host.EpochMonotonicNs).Now.ToTimeSpan(), reason, Replayed);

    // The last replay is kept: the page draws what it gave.
    private Plan Replayed(Plan of, Func<VariantPlan, RunConditions?> seen)
    {
        var again = RecordedConnects.Replay(folder.Path)(of, seen);
        replayed = ReferenceEquals(again, of) ? null : again;
        return again;
    }

    // Null when each variant got to its end, else why not.
    private async Task<string?> WalkAsync(IProgressView progress, Func<string> stopped, CancellationToken stopping)
    {
        string? reason = null;
        var showing = new Lock();
        await using (new Timer(_ => Show(progress, showing), null, ProgressEvery, ProgressEvery))
        {
            foreach (var variant in plan.Variants)
            {
                var end = await new LabRun(sandbox, OrderOf(variant)).RunAsync(line => Take(line, progress), stopping);
                if (end.Refused)
                {
                    folder.Remove();
                    throw RunException.Refused(end.Reason ?? "the sandbox refused the run");
                }

                reason = end.Finished ? null : stopping.IsCancellationRequested ? stopped() : end.Reason;
                if (reason is not null)
                {
                    break;
                }
            }
        }

        return reason;
    }

    private LabOrder OrderOf(VariantPlan variant)
    {
        var range = EphemeralPorts.Of(plan.Host.SysctlOf(variant.Declared, "net.ipv4.ip_local_port_range"), reserved: null).Range;
        return new LabOrder
        {
            Variant = variant,
            Sandbox = sandbox.Kind,
            EpochMonotonicNs = plan.Host.EpochMonotonicNs,
            Lasts = variant.Lasts,
            Starter = HostInspection.Namespaces,
            TracePath = variant.Declared.Trace ? Path.Combine(folder.Path, TraceName.Of(variant.Name)) : null,
            SubjectLogPath = variant.Declared.Subject is null ? null : Path.Combine(folder.Path, "subject.log"),
            PortRangeLow = range.First,
            PortRangeHigh = range.Last,
        };
    }

    private void Take(ReadOnlySpan<byte> line, IProgressView progress)
    {
        folder.Append(line);

        // Single records are for people and tools; every figure is made from the aggregates, so they need not be parsed here.
        if (JsonLines.IsOfSingles(line) || !JsonLines.TryParse(line, out var observation))
        {
            return;
        }

        evidence.Fold(observation);
        progress.Take(observation);
        observer?.Record(observation, evidence);
    }

    // A terminal that is slower than the timer gets fewer frames, not several at once.
    private static void Show(IProgressView progress, Lock showing)
    {
        if (showing.TryEnter())
        {
            try
            {
                progress.Show();
            }
            finally
            {
                showing.Exit();
            }
        }
    }
}
