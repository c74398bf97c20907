using System.Collections.Immutable;
using LoadLab.Model;
using LoadLab.Planning.Rules;
using LoadLab.Scenarios.Keys;

namespace LoadLab.Planning.Checks;

/// <summary>Every sysctl that the scenario asks for must exist in the sandbox, be taken there, and read back as asked.</summary>
internal static class SysctlCheck
{
    /// <summary>Checks those set at the start, and those that phases change.</summary>
    /// <param name="check">The variant.</param>
    /// <param name="tried">What was written before the host's facts were read; another variant's other value was not.</param>
    public static void Run(PlanCheck check, ImmutableSortedDictionary<string, string> tried)
    {
        var scenario = check.Scenario;
        foreach (var (name, asked) in scenario.Sysctls)
        {
            if (IsTaken(check, name, $"sysctl.{name}") && tried.GetValueOrDefault(name) == asked && check.Host.Sysctls.TryGetValue(name, out var live)
                && !IsSame(asked, live))
            {
                check.Error($"sysctl.{name}",
                    $"sysctl.{name} is {asked}, but the kernel made {SysctlForm.Normal(live)} of it; ask for a value that it takes as it is");
            }
        }

        foreach (var phase in scenario.Phases)
        {
            foreach (var name in (phase.Action as SysctlAction)?.Sysctls.Keys ?? [])
            {
                IsTaken(check, name, "phases");
            }

            // Several steps may set the same one.
            foreach (var name in SessionSysctls.Of(phase).Distinct())
            {
                IsTaken(check, name, "session");
            }
        }
    }

    private static bool IsTaken(PlanCheck check, string name, string setting)
    {
        var host = check.Host;
        var setter = SandboxTraits.Of(check.Scenario.Sandbox).Sysctls;
        if (setter == SysctlSetter.None)
        {
            check.Error(setting,
                $"{name} is to be set, but sandbox host never changes a sysctl of this machine; use sandbox: "
                + $"{(IsWholeKernels(name) ? "kernel" : "namespace")}, or leave the sysctl out and take the machine as it is");
            return false;
        }

        if (setter == SysctlSetter.Starter)
        {
            return IsAsked(check, name, setting);
        }

        if (setter == SysctlSetter.RunOfNamespace && IsWholeKernels(name))
        {
            check.Error(setting,
                $"{name} is to be set, but no namespace confines it: it is the whole machine's, which LoadLab never changes; --sandbox kernel (or sandbox: "
                + $"kernel) boots a kernel of its own, where it may be set");
            return false;
        }

        if (host.SysctlsOutOfRange.Contains(name))
        {
            check.Error(setting,
                $"{name} is {check.Scenario.Sysctls.GetValueOrDefault(name, "given a value")}, which is out of its range: the kernel takes "
                + $"{SysctlRange.Of(name) ?? "other values (it answered EINVAL)"}");
            return false;
        }

        if (host.SysctlsRefused.TryGetValue(name, out var reason))
        {
            check.Error(setting, $"{name} cannot be set in this sandbox ({reason}); {WaysOut(host)}");
            return false;
        }

        if (host.Sysctls.ContainsKey(name))
        {
            return true;
        }

        var why = name.StartsWith("net.core.", StringComparison.Ordinal) && !host.IsRoot
            ? "up to 6.11 a network namespace of an ordinary user has no net.core at all"
            : $"kernel {host.Kernel} has no such sysctl in a network namespace";
        check.Error(setting, $"{name} is to be set, but it does not exist in this sandbox: {why}; {WaysOut(host)}");
        return false;
    }

    // A container's sysctls were set by whoever started it: what is there already may be asked for, and nothing else.
    private static bool IsAsked(PlanCheck check, string name, string setting)
    {
        var live = check.Host.Sysctls.GetValueOrDefault(name);
        if (setting is not ("phases" or "session") && live is not null && IsSame(check.Scenario.Sysctls[name], live))
        {
            return true;
        }

        check.Error(setting, setting is "phases" or "session"
            ? $"a {(setting == "phases" ? "phase" : "step")} sets {name}, but sandbox container never changes a sysctl; use sandbox: namespace"
            : $"{name} is to be {check.Scenario.Sysctls[name]}, but this container has {live ?? "no such sysctl"}, and its sysctls are set where it is "
            + $"started: compose has sysctls: {{{name}: {check.Scenario.Sysctls[name]}}}, docker run has --sysctl {name}={check.Scenario.Sysctls[name]}");
        return false;
    }

    // Of net, these have one value for all namespaces (net/core/sysctl_net_core.c net_core_table, net/ipv4/sysctl_net_ipv4.c ipv4_table); of fs, vm and kernel
    // nearly all.
    private static bool IsWholeKernels(string name) => !name.StartsWith("net.", StringComparison.Ordinal)
        || name is "net.core.netdev_max_backlog" or "net.core.rmem_max" or "net.core.wmem_max" or "net.ipv4.tcp_mem" or "net.ipv4.tcp_max_orphans"
            or "net.ipv4.udp_mem";

    private static string WaysOut(HostFacts host) => SandboxTraits.Of(host.Sandbox).HasOwnKernel
        ? "ask for a value that it takes, or leave it out"
        : $"ways out: {(host.IsRoot ? "" : "run as root, ")}run on a newer kernel than {host.Kernel.Major}.{host.Kernel.Minor}, use a sandbox that may set "
        + $"it (--sandbox kernel, a privileged container), or leave it out";

    private static bool IsSame(string asked, string live) =>
        SysctlForm.Normal(live) == SysctlForm.Normal(asked) || (long.TryParse(asked, out var a) && long.TryParse(live, out var b) && a == b);
}
