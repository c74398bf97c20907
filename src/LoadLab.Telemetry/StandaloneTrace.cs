using System.Diagnostics;
using LoadLab.Model;

namespace LoadLab.Telemetry;

/// <summary>A server or swarm on its own as one span: from its start to its end, with the first failure of each kind as an event.</summary>
/// <remarks>Not thread-safe. Without a listener, or where the sampler declines, it does nothing.</remarks>
public sealed class StandaloneTrace : IDisposable
{
    private readonly ActivitySource source = TelemetryNames.NewSource();
    private readonly FirstFailures failures = new();
    private readonly DateTimeOffset zero;

    /// <summary>Begins the span now.</summary>
    /// <param name="name">The command: <c>serve</c>, <c>swarm</c>.</param>
    /// <param name="caller">The span that it is part of; an empty one: none.</param>
    /// <param name="zero">Moment 0 of the observations.</param>
    public StandaloneTrace(string name, ActivityContext caller, DateTimeOffset zero)
    {
        this.zero = zero;

        // Current is what the caller's own work happens in.
        var current = Activity.Current;
        Span = source.StartActivity(name, ActivityKind.Internal, caller);
        Activity.Current = current;
    }

    /// <summary>The span; null without a listener.</summary>
    public Activity? Span { get; }

    /// <summary>Takes an observation.</summary>
    public void Record(Observation observation)
    {
        failures.Record(observation);
        switch (observation)
        {
            case RoleReady { Role: Role.Server } ready:
                _ = Span?.SetTag(AttributeNames.ServerPort, ready.Port).SetTag(AttributeNames.Transport, "tcp").SetTag("loadlab.server.backlog", ready.Backlog);
                break;
            case ServerTally tally:
                _ = Span?.SetTag("loadlab.server.accepted", tally.Accepted);
                break;
        }
    }

    /// <summary>Says where it listens, or whom it loads.</summary>
    public void Target(string address, int port) =>
        Span?.SetTag(AttributeNames.ServerAddress, address).SetTag(AttributeNames.ServerPort, port).SetTag(AttributeNames.Transport, "tcp");

    /// <summary>Ends the span.</summary>
    /// <param name="error">Why it failed; null: it did not.</param>
    public void End(string? error)
    {
        if (Span is not { IsStopped: false } span)
        {
            return;
        }

        foreach (var (name, since, attributes) in failures.Take())
        {
            _ = span.AddEvent(new ActivityEvent(name, zero + since.ToTimeSpan(), [.. attributes]));
        }

        if (error is not null)
        {
            _ = span.SetStatus(ActivityStatusCode.Error, error);
        }

        var current = Activity.Current;
        span.Stop();
        Activity.Current = current;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End(error: null);
        source.Dispose();
    }
}
