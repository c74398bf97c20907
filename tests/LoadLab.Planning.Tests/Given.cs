using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning.Tests;

/// <summary>Hosts and scenarios that tests begin with.</summary>
internal static class Given
{
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
    public static string ScenarioRoot { get; } = Path.Combine(RepositoryRoot(), "scenarios");

    /// <summary>The host as it is after these sysctls were written.</summary>
    public static HostFacts After(this HostFacts host, DeclaredScenario declared) =>
        host with { Sysctls = host.Sysctls.SetItems(Planner.SysctlsAsked(declared)) };

    /// <summary>A scenario that must be right.</summary>
    public static DeclaredScenario Scenario(string yaml, params (string Name, string Value)[] settings)
    {
        var read = ScenarioFile.Parse("some.yaml", "some", yaml, settings);
        Assert.Empty(read.Errors);
        return read.Value!;
    }

    /// <summary>What is wrong with a scenario.</summary>
    public static ImmutableArray<ScenarioError> Errors(string yaml, params (string Name, string Value)[] settings) => ScenarioFile.Parse("some.yaml", "some", yaml, settings).Errors;

    /// <summary>A plan that must be possible.</summary>
    public static Plan Plan(string yaml, HostFacts host, params (string Name, string Value)[] settings)
    {
        var declared = Scenario(yaml, settings);
        var plan = Planner.Plan(declared, host.After(declared), "loadlab run some");
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

    private static string RepositoryRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "LoadLab.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("LoadLab.sln is in no directory above the tests");
        }

        return directory;
    }
}
