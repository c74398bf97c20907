using System.Diagnostics;
using LoadLab.Model;

namespace LoadLab.Telemetry;

/// <summary>One variant's spans: its own where the run has several, and one for each phase.</summary>
internal sealed class VariantTrace
{
    private readonly RunTrace run;
    private readonly Activity span;
    private readonly bool isOwn;
    private readonly VariantPlan plan;
    private readonly FirstFailures failures = new();
    private Activity? phase;
    private bool isOver;

    public VariantTrace(RunTrace run, VariantPlan plan, Activity root, Nanoseconds at)
    {
        (this.run, this.plan) = (run, plan);
        var own = plan.Name.Length > 0 ? run.Begin($"variant {plan.Name}", root.Context, at) : null;
        isOwn = own is not null;
        span = own ?? root;
        if (isOwn)
        {
            _ = span.SetTag(AttributeNames.Variant, plan.Name);
        }
    }

    public void Record(Observation observation)
    {
        if (isOver)
        {
            return;
        }

        failures.Record(observation);
        switch (observation)
        {
            case PhaseBegan began:
                phase = run.Begin($"phase {began.Phase}", span.Context, began.T);
                _ = phase?.SetTag("loadlab.phase", began.Phase).SetTag("loadlab.phase.action", ActionOf(began.Phase)).SetTag(
                    AttributeNames.Variant, observation.Variant);
                break;
            case PhaseEnded ended:
                _ = phase?.SetTag("loadlab.phase.consistent", ended.Consistent);
                EndPhase(ended.T);
                isOver = ended.Phase == plan.Declared.Phases[^1].Name;
                if (isOver && isOwn)
                {
                    run.End(span, ended.T);
                }

                break;
            case RoleReady { Role: Role.Server } server:
                _ = span.SetTag(AttributeNames.ServerAddress, plan.Declared.Server.Address).SetTag(AttributeNames.ServerPort, server.Port).SetTag(
                    AttributeNames.Transport, "tcp");
                break;
        }
    }

    public void End(Nanoseconds at, string? unfinished)
    {
        if (phase is not null)
        {
            _ = phase.SetStatus(ActivityStatusCode.Error, unfinished ?? "the phase did not end");
        }

        EndPhase(at);
        if (isOwn)
        {
            run.End(span, at);
        }
    }

    private void EndPhase(Nanoseconds at)
    {
        // Events wait for the end of their phase: a thread's line may tell late of a failure that was the first.
        foreach (var (name, since, attributes) in failures.Take())
        {
            _ = (phase ?? span).AddEvent(new ActivityEvent(name, run.Moment(since), [.. attributes]));
        }

        run.End(phase, at);
        phase = null;
    }

    private string? ActionOf(string name) => plan.Declared.Phases.FirstOrDefault(declared => declared.Name == name)?.Action.Word;
}
