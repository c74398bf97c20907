using System.Collections.Immutable;
using System.Text.Json;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>
/// Starts a scenario's subject once in a throw-away sandbox and looks at its listener, so that predictions can be made for it before the run.
/// </summary>
public static class SubjectInspection
{
    /// <summary>What was seen.</summary>
    /// <param name="sandbox">How a sandbox is made.</param>
    /// <param name="scenario">The scenario: its subject, sysctls and limits.</param>
    /// <param name="host">The host.</param>
    /// <param name="stopping">Ends it early.</param>
    /// <exception cref="SubjectUnavailableException">It did not start, or did not listen.</exception>
    public static async Task<SubjectFacts> LookAsync(ISandbox sandbox, Scenario scenario, HostFacts host, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(host);
        ImmutableArray<ListenerView> listeners = [];
        var processes = 0;
        var end = await new LabRun(sandbox, Order(sandbox, scenario, host)).RunAsync(Take, stopping).ConfigureAwait(false);
        return end.Finished && !listeners.IsEmpty
            ? new SubjectFacts((int)listeners[0].LiveBacklog, listeners.Length, processes)
            : throw new SubjectUnavailableException(
                end.Reason ?? $"the subject '{scenario.Subject?.CommandLine}' has no listener on {scenario.Subject?.Target}");

        void Take(ReadOnlySpan<byte> line)
        {
            switch (JsonSerializer.Deserialize(line, ModelJson.Default.Observation))
            {
                case ListenersSeen { Witness: ListenerWitness.SockDiag, Listeners: { IsDefaultOrEmpty: false } seen }:
                    listeners = seen;
                    break;
                case DescriptorsSeen { Role: Role.Server } one:
                    processes = Math.Max(processes, one.Worker + 1);
                    break;
                default:
                    break;
            }
        }
    }

    private static LabOrder Order(ISandbox sandbox, Scenario scenario, HostFacts host) => new()
    {
        Variant = new VariantPlan
        {
            Name = "",
            Declared = scenario with
            {
                Server = scenario.Server with { Accept = AcceptPolicy.Eager },
                Phases = [new Phase("look", new HoldAction(), Nanoseconds.Zero)],
                Expectations = [],
                Trace = false,
                Sampling = false,
            },
            Settings = ImmutableSortedDictionary<string, string>.Empty,
            LiveBacklog = 0,
            Capacity = 0,
            Workers = 0,
            Predictions = [],
            Expectations = [],
            Notes = [],
        },
        Sandbox = sandbox.Kind,
        EpochMonotonicNs = host.EpochMonotonicNs,
        Starter = HostInspection.Namespaces,
        PortRangeLow = 0,
        PortRangeHigh = 0,
    };
}

/// <summary>The scenario's subject is not available; the message says why and what to do.</summary>
public sealed class SubjectUnavailableException(string message) : Exception(message);
