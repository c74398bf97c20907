using System.Collections.Immutable;
using LoadLab.Model;

namespace LoadLab.Planning;

/// <summary>A host with the kernel's default sysctls, for estimates before any host was looked at.</summary>
internal static class TypicalHost
{
    /// <summary>Its facts: all sysctls are absent, so that each rule takes its default.</summary>
    public static HostFacts Facts { get; } = new()
    {
        Kernel = KernelVersion.Parse("6.12.0"),
        Machine = "",
        Cores = 1,
        NofileSoft = 1024,
        NofileHard = 1 << 20,
        IsRoot = false,
        Sandbox = SandboxTraits.Default,
        SandboxCommand = "",
        Sysctls = ImmutableSortedDictionary<string, string>.Empty,
        SysctlsRefused = ImmutableSortedDictionary<string, string>.Empty,
        Runtime = "",
        Version = "",
        Started = default,
        EpochMonotonicNs = 0,
    };
}
