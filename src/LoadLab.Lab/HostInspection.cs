using System.Runtime.InteropServices;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Finds out what the planner must know of the host and of the sandbox.</summary>
public static class HostInspection
{
    /// <summary>The host's kernel's release, as uname(2) reports it.</summary>
    /// <exception cref="SandboxUnavailableException">/proc does not show it.</exception>
    public static KernelVersion Kernel => Sysctl.Read("kernel.osrelease") is { } release
        ? KernelVersion.Parse(release)
        : throw new SandboxUnavailableException(
            "/proc/sys cannot be read, so nothing can be said of this kernel: mount a whole /proc ('mount -t proc proc /proc', without subset=pid)");

    /// <summary>The namespaces of this process.</summary>
    public static NamespaceIdentity Namespaces => OwnNamespaces.Current;

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
        var facts = Facts(SandboxCatalog.Here, new Dictionary<string, string>(), ofInterest, TimeProvider.System);
        return facts with { Started = facts.Started - clock.Now.ToTimeSpan(), EpochMonotonicNs = clock.EpochNs };
    }

    /// <summary>All facts, with the moment that becomes 0 of the run's clock.</summary>
    /// <exception cref="SandboxUnavailableException">The sandbox cannot be made here.</exception>
    public static HostFacts Facts(ISandbox sandbox, IReadOnlyDictionary<string, string> asked, IEnumerable<string> ofInterest, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(sandbox);
        ArgumentNullException.ThrowIfNull(time);

        // Before a sandbox is tried: without a whole /proc no sandbox can prove itself, and the reason is /proc.
        var outside = Kernel;
        var inside = sandbox.TryOut(asked, ofInterest);
        var nofile = ResourceLimits.Nofile(0) ?? new SoftAndHard(1024, 1024);
        return new HostFacts
        {
            Kernel = inside.Kernel?.Version ?? outside,
            Machine = RuntimeInformation.OSArchitecture.ToString(),
            Cores = inside.Kernel?.Cores ?? Environment.ProcessorCount,
            TicksPerSecond = inside.Kernel is { } own ? own.TicksPerSecond : TickRate.PerSecond,
            NetdevMaxBacklog = inside.Kernel is null && int.TryParse(Sysctl.Read("net.core.netdev_max_backlog"), out var packets) ? packets : null,
            NofileSoft = inside.Kernel?.Nofile ?? nofile.Soft,
            NofileHard = inside.Kernel?.Nofile ?? nofile.Hard,
            IsRoot = inside.Kernel is not null || Privileges.IsRoot,
            Sandbox = sandbox.Kind,
            SandboxCommand = sandbox.Command,
            Sysctls = inside.Live,
            SysctlsUntouched = inside.Untouched,
            SysctlsRefused = inside.Refused,
            SysctlsOutOfRange = inside.OutOfRange ?? [],
            Runtime = RuntimeInformation.FrameworkDescription,
            Version = ProgramVersion.Text,
            Started = time.GetUtcNow(),
            EpochMonotonicNs = RunClock.MonotonicNs,
        };
    }
}
