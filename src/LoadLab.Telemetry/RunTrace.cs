using System.Diagnostics;
using LoadLab.Model;

namespace LoadLab.Telemetry;

/// <summary>
/// A run as a trace: the run is its root span, each variant of several a span in it, each phase a span, the first failure of each kind an event of
/// its phase.
/// </summary>
/// <remarks>
/// Times are the observations' own, laid on the wall clock by the one anchor there is (<see cref="HostFacts.Started"/>), so that spans say when the
/// kernel did it and not when it was read.
/// Not thread-safe. Without a listener, or where the sampler declines, it does nothing.
/// </remarks>
public sealed class RunTrace : IDisposable
{
    private readonly ActivitySource source = TelemetryNames.NewSource();
    private readonly Plan plan;
    private readonly Activity? root;
    private readonly Dictionary<string, VariantTrace> variants = [];
    private Nanoseconds last;

    /// <summary>Begins the root span, at the run's moment 0.</summary>
    public RunTrace(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        this.plan = plan;
        root = Begin($"run {plan.Scenario}", CallerSpan.Of(Environment.GetEnvironmentVariable), Nanoseconds.Zero);
        _ = root?.SetTag("loadlab.scenario", plan.Scenario)
            .SetTag("loadlab.claim", plan.Claim)
            .SetTag("loadlab.command", plan.Command)
            .SetTag("loadlab.sandbox", EnumWords<SandboxKind>.Of(plan.Host.Sandbox))
            .SetTag("loadlab.kernel", plan.Host.Kernel.ToString());
    }

    /// <summary>The run's span, for what is logged of it; null without a listener.</summary>
    public Activity? Root => root;

    /// <summary>Takes an observation.</summary>
    public void Record(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (root is null)
        {
            return;
        }

        last = observation.T > last ? observation.T : last;
        var name = observation.Variant ?? "";
        if (!variants.TryGetValue(name, out var variant) && plan.Variants.FirstOrDefault(planned => planned.Name == name) is { } planned)
        {
            variants[name] = variant = new VariantTrace(this, planned, root, observation.T);
        }

        variant?.Record(observation);
    }

    /// <summary>Ends every span; the run's has the verdict.</summary>
    public void End(RunDocument run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (root is null)
        {
            return;
        }

        foreach (var variant in variants.Values)
        {
            variant.End(last, run.Unfinished);
        }

        _ = root.SetTag("loadlab.verdict", EnumWords<Outcome>.Of(run.Verdict)).SetTag("loadlab.finished", run.Finished);
        if (run.Verdict == Outcome.Broken || !run.Finished)
        {
            _ = root.SetStatus(ActivityStatusCode.Error, run.Unfinished ?? run.Summary);
        }

        End(root, last);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        root?.Dispose();
        source.Dispose();
    }

    internal Activity? Begin(string name, ActivityContext parent, Nanoseconds at)
    {
        // Current is what the caller's own work happens in, which is none of the run's.
        var current = Activity.Current;
        var span = source.StartActivity(name, ActivityKind.Internal, parent, tags: null, links: null, Moment(at));
        Activity.Current = current;
        return span;
    }

    internal void End(Activity? span, Nanoseconds at)
    {
        if (span is { IsStopped: false })
        {
            var current = Activity.Current;
            _ = span.SetEndTime(Moment(at).UtcDateTime);
            span.Stop();
            Activity.Current = current;
        }
    }

    internal DateTimeOffset Moment(Nanoseconds at) => plan.Host.Started + at.ToTimeSpan();
}
