using LoadLab.Judging;
using LoadLab.Kernel;
using LoadLab.Lab;
using LoadLab.Model;
using LoadLab.Planning.Rules;
using LoadLab.Reporting;

namespace LoadLab.Cli;

/// <summary>A run from its plan to its verdict: each variant in a sandbox of its own, every observation into the results folder and into the evidence.</summary>
/// <remarks>Concurrency: the lab's reading task folds and tells; the progress view has a gate of its own.</remarks>
internal sealed class RunSession : IDisposable
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(250);
    private readonly Plan plan;
    private readonly ISandbox sandbox;
    private readonly Evidence evidence;
    private readonly ResultsFolder folder;
    private readonly RunTelemetry? telemetry;

    /// <summary>Creates the results folder, with the plan in it.</summary>
    /// <param name="plan">What is run.</param>
    /// <param name="sandbox">Where.</param>
    /// <param name="results">The folder under which it gets its own.</param>
    /// <param name="telemetry">Is told everything; null: nobody asked. Whoever made it disposes it.</param>
    /// <exception cref="Complaint">It cannot be written.</exception>
    public RunSession(Plan plan, ISandbox sandbox, string results, RunTelemetry? telemetry = null)
    {
        this.plan = plan;
        this.telemetry = telemetry;
        this.sandbox = sandbox;
        evidence = new Evidence(plan);
        try
        {
            folder = ResultsFolder.Create(results, plan, RunDocuments.Begun(plan));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ResultsComplaint.Of(results, e);
        }
    }

    /// <summary>The results folder.</summary>
    public string Folder => folder.Path;

    /// <summary>Runs every variant, judges, and writes run.json.</summary>
    /// <param name="progress">Is told how it goes.</param>
    /// <param name="stopped">Why it was stopped, when it was.</param>
    /// <param name="stopping">Ends it early.</param>
    /// <exception cref="Complaint">Something asked for cannot be had here: nothing was run.</exception>
    public async Task<RunDocument> RunAsync(IProgressView progress, Func<string> stopped, CancellationToken stopping)
    {
        string? reason;
        try
        {
            reason = await WalkAsync(progress, stopped, stopping);
        }
        finally
        {
            progress.Done();
        }

        var document = RunDocuments.Ended(plan, evidence, new RunClock(plan.Host.EpochMonotonicNs).Now.ToTimeSpan(), reason);
        folder.Complete(document);
        telemetry?.End(document);
        ReportFiles.WritePage(StoredRun.Open(folder.Path), document);
        return document;
    }

    /// <summary>What was seen; whole once <see cref="RunAsync"/> has ended.</summary>
    public Evidence Evidence => evidence;

    /// <summary>What a witness of the first variant said.</summary>
    public decimal? Ask(string witness) => evidence.Variants[0].Ask(witness).Value;

    public void Dispose() => folder.Dispose();

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
                    folder.Dispose();
                    Directory.Delete(folder.Path, recursive: true);
                    throw Complaint.BadInput(end.Reason ?? "the sandbox refused the run");
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
            OuterNetworkNamespace = HostInspection.NetworkNamespace,
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
        telemetry?.Record(observation, evidence);
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
