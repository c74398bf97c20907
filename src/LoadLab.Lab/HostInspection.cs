using System.Reflection;
using System.Runtime.InteropServices;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Finds out what the planner must know of the host and of the sandbox.</summary>
public static class HostInspection
{
    /// <summary>The host's kernel's release, as uname(2) tells it.</summary>
    public static KernelVersion Kernel => KernelVersion.Parse(File.ReadAllText("/proc/sys/kernel/osrelease").Trim());

    /// <summary>The network namespace of this process, as <see cref="LoadLab.Kernel.NetworkNamespace.Current"/> names it.</summary>
    public static string NetworkNamespace => LoadLab.Kernel.NetworkNamespace.Current;

    /// <summary>The same facts for a run that begins now.</summary>
    public static HostFacts Beginning(HostFacts host, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(time);
        return host with { Started = time.GetUtcNow(), EpochMonotonicNs = RunClock.MonotonicNs };
    }

    /// <summary>The facts of this process's own place, without a sandbox: for who runs only one half of a run.</summary>
    /// <param name="ofInterest">Sysctls that are read.</param>
    /// <param name="clock">Its zero is moment 0.</param>
    /// <exception cref="SandboxUnavailableException">It cannot be asked.</exception>
    public static HostFacts Here(IEnumerable<string> ofInterest, RunClock clock)
    {
        var facts = Facts(SandboxCatalog.Create(LoadLab.Kernel.NetworkNamespace.IsTheMachines ? SandboxKind.Host : SandboxKind.Container), new Dictionary<string, string>(), ofInterest, TimeProvider.System);
        return facts with { Started = facts.Started - clock.Now.ToTimeSpan(), EpochMonotonicNs = clock.EpochNs };
    }

    /// <summary>All facts, with the moment that becomes 0 of the run's clock.</summary>
    /// <exception cref="SandboxUnavailableException">The sandbox cannot be made here.</exception>
    public static HostFacts Facts(ISandbox sandbox, IReadOnlyDictionary<string, string> asked, IEnumerable<string> ofInterest, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(sandbox);
        ArgumentNullException.ThrowIfNull(time);
        var probe = sandbox.Probe(asked, ofInterest);
        var nofile = ResourceLimits.Nofile(0) ?? new SoftAndHard(1024, 1024);
        return new HostFacts
        {
            Kernel = probe.Kernel?.Version ?? Kernel,
            Machine = RuntimeInformation.OSArchitecture.ToString(),
            Cores = probe.Kernel?.Cores ?? Environment.ProcessorCount,
            NofileSoft = probe.Kernel?.Nofile ?? nofile.Soft,
            NofileHard = probe.Kernel?.Nofile ?? nofile.Hard,
            IsRoot = probe.Kernel is not null || Privileges.IsRoot,
            Sandbox = sandbox.Kind,
            SandboxCommand = sandbox.Command,
            Sysctls = probe.Live,
            SysctlsUntouched = probe.Untouched,
            SysctlsRefused = probe.Refused,
            Runtime = RuntimeInformation.FrameworkDescription,
            Version = typeof(HostInspection).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            Started = time.GetUtcNow(),
            EpochMonotonicNs = RunClock.MonotonicNs,
        };
    }
}
