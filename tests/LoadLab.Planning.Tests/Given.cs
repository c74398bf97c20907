using System.Collections.Concurrent;
using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Planning.Checks;
using LoadLab.Scenarios;

namespace LoadLab.Planning.Tests;

/// <summary>Hosts and scenarios that tests begin with.</summary>
internal static class Given
{
    // Equal hosts give equal plans; what a host has in its tables is compared by reference.
    private static readonly ConcurrentDictionary<(string Name, HostFacts Host), Lazy<Plan>> Plans = [];

    private static readonly ImmutableSortedDictionary<string, string> CommonSysctls = new Dictionary<string, string>
    {
        ["net.core.somaxconn"] = "4096",
        ["net.ipv4.ip_local_port_range"] = "32768\t60999",
        ["net.ipv4.ip_local_reserved_ports"] = "",
        ["net.ipv4.tcp_syn_retries"] = "6",
        ["net.ipv4.tcp_tw_reuse"] = "2",
    }.ToImmutableSortedDictionary();

    /// <summary>Rootless on 6.18.</summary>
    public static HostFacts Host618 { get; } = Host("6.18.44") with
    {
        Sysctls = CommonSysctls.Add("net.ipv4.tcp_syn_linear_timeouts", "4").Add("net.ipv4.tcp_rto_max_ms", "120000"),
    };

    /// <summary>Root on 6.1: no linear time-outs, no tcp_rto_max_ms.</summary>
    public static HostFacts Host61 { get; } = Host("6.1.0-44-amd64") with { IsRoot = true, Sysctls = CommonSysctls };

    /// <summary>The repository's scenarios.</summary>
    public static string ScenarioRoot { get; } = Scenarios.Tests.Given.ScenarioRoot;

    /// <summary>Them by name.</summary>
    public static ScenarioCatalog Catalog { get; } = new(ScenarioRoot);

    /// <summary>The host as it is after these sysctls were written; those that steps of a session set exist there.</summary>
    public static HostFacts After(this HostFacts host, DeclaredScenario declared) => host with
    {
        Sysctls = declared.Variants.SelectMany(variant => variant.Scenario.Phases).SelectMany(SessionSysctls.Of).ToHashSet()
            .Aggregate(host.Sysctls, (sysctls, name) => sysctls.ContainsKey(name) ? sysctls : sysctls.Add(name, "1")).SetItems(Planner.SysctlsAsked(declared)),
    };

    /// <summary>A scenario that must be right.</summary>
    public static DeclaredScenario Scenario(string yaml, params (string Name, string Value)[] settings) => Scenarios.Tests.Given.Scenario(yaml, settings);

    /// <summary>What is wrong with a scenario.</summary>
    public static ImmutableArray<ScenarioError> Errors(string yaml, params (string Name, string Value)[] settings) =>
        Scenarios.Tests.Given.Errors(yaml, settings);

    /// <summary>A plan that must be possible.</summary>
    public static Plan Plan(string yaml, HostFacts host, params (string Name, string Value)[] settings)
    {
        var declared = Scenario(yaml, settings);
        var plan = Planner.Plan(declared, host.After(declared), "loadlab run some");
        Assert.Empty(plan.Errors);
        return plan.Value!;
    }

    /// <summary>The plan of a scenario of the repository; as it is shipped, it is made once for each host.</summary>
    public static Plan Shipped(string name, HostFacts host, params (string Name, string Value)[] settings) => settings.Length > 0
        ? ShippedWith(name, host, settings)
        : Plans.GetOrAdd((name, host), _ => new Lazy<Plan>(() => ShippedWith(name, host, []))).Value;

    private static Plan ShippedWith(string name, HostFacts host, (string Name, string Value)[] settings)
    {
        var reference = Catalog.Resolve(name).Value!;
        var read = ScenarioFile.Load(reference.Path, reference.Name, settings);
        Assert.Empty(read.Errors);
        var plan = Planner.Plan(read.Value!, host.After(read.Value!), "loadlab run");
        Assert.Empty(plan.Errors);
        return plan.Value!;
    }

    /// <summary>Why a scenario cannot be planned.</summary>
    public static ImmutableArray<ScenarioError> PlanErrors(string yaml, HostFacts host, params (string Name, string Value)[] settings) =>
        Planner.Plan(Scenario(yaml, settings), host, "loadlab run some").Errors;

    /// <summary>A prediction's range; fails when it was not made.</summary>
    public static PredictedRange Predicted(this Plan plan, string name, int variant = 0) =>
        Assert.Single(plan.Variants[variant].Predictions, prediction => prediction.Name == name).Range;

    private static HostFacts Host(string kernel) => new()
    {
        Kernel = KernelVersion.Parse(kernel),
        Machine = "x86_64",
        Cores = 2,
        TicksPerSecond = 250,
        NofileSoft = 1024,
        NofileHard = 524_288,
        IsRoot = false,
        Sandbox = SandboxKind.Namespace,
        SandboxCommand = "unshare",
        Sysctls = ImmutableSortedDictionary<string, string>.Empty,
        SysctlsRefused = ImmutableSortedDictionary<string, string>.Empty,
        Runtime = "10.0",
        Version = "0",
        Started = DateTimeOffset.UnixEpoch,
        EpochMonotonicNs = 0,
    };
}
