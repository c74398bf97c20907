using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>Sets a sysctl in a sandbox that LoadLab made, and nowhere else, and reads it back.</summary>
internal static class SandboxSysctl
{
    /// <summary>Sets it; in one that the run did not make only reads and compares.</summary>
    /// <exception cref="LabFailureException">It was refused, or came out otherwise than asked.</exception>
    public static void Set(string name, string value, LabOrder order, ObservationPipe pipe, RunClock clock)
    {
        if (SandboxTraits.Of(order.Sandbox).IsMadeByRun && new SysctlWriter(order.Starter, order.Sandbox).Write(name, value) is { } refusal)
        {
            throw new LabFailureException($"{name}={value}: {refusal}");
        }

        var live = Sysctl.Read(name);
        pipe.Write(new SysctlRead(name, value, live) { T = clock.Now });
        if (live != Sysctl.Parse(value))
        {
            throw new LabFailureException($"{name}: asked for {value}, the kernel made it {live ?? "nothing"}");
        }
    }
}
