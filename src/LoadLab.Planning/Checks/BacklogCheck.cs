using LoadLab.Model;
using LoadLab.Planning.Rules;

namespace LoadLab.Planning.Checks;

/// <summary>A backlog above net.core.somaxconn is clamped silently by listen(): refused, unless the scenario sets somaxconn itself and so means
/// it.</summary>
internal static class BacklogCheck
{
    private const string Somaxconn = "net.core.somaxconn";

    /// <summary>Checks the server's backlog and every listen() of the phases.</summary>
    public static void Run(PlanCheck check)
    {
        var scenario = check.Scenario;
        var somaxconn = check.Sysctls.Somaxconn;
        var isMeant = scenario.Sysctls.ContainsKey(Somaxconn)
            || scenario.Phases.Any(phase => phase.Action is SysctlAction { Sysctls: var sysctls } && sysctls.ContainsKey(Somaxconn));
        Check(check, "server.backlog", "backlog", scenario.Server.Backlog, somaxconn, isMeant);
        foreach (var phase in scenario.Phases)
        {
            if (phase.Action is SysctlAction { Sysctls: var sysctls } && sysctls.TryGetValue(Somaxconn, out var text) && int.TryParse(text, out var value))
            {
                somaxconn = value;
            }
            else if (phase.Action is ListenAction listen)
            {
                Check(check, "phases", $"phase '{phase.Name}': backlog", listen.Backlog, somaxconn, isMeant);
            }
        }

        if (!check.Sysctls.IsSomaxconnKnown)
        {
            check.Note(
                $"{Somaxconn} cannot be read in this sandbox; a new namespace of kernel {check.Host.Kernel} starts with "
                + $"{AcceptQueue.DefaultSomaxconn(check.Host.Kernel)}, and that is taken");
        }
    }

    private static void Check(PlanCheck check, string setting, string what, int backlog, int somaxconn, bool isMeant)
    {
        if (backlog <= somaxconn)
        {
            return;
        }

        if (isMeant)
        {
            check.Note($"{what} {backlog} asked, somaxconn {somaxconn}, so live backlog {AcceptQueue.LiveBacklog(backlog, somaxconn)}");
            return;
        }

        var raise = SandboxTraits.Of(check.Scenario.Sandbox).RaiseSysctl(Somaxconn, backlog);
        check.Error(setting,
            $"{what} is {backlog}, but {Somaxconn} is {somaxconn} here, and listen() would silently make it {somaxconn}; {raise}, or ask for at most "
            + $"{somaxconn}");
    }
}
