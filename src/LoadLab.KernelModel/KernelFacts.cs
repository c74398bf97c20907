using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>What the model needs to know of the kernel and the sandbox it stands for.</summary>
/// <param name="Kernel">The kernel's version.</param>
/// <param name="Processors">Processors that the run may use.</param>
/// <param name="TicksPerSecond">HZ, the rate of the timer interrupt: 1 / clock_getres(CLOCK_MONOTONIC_COARSE).</param>
/// <param name="Sysctl">A sysctl's text as the run begins; null when it does not exist.</param>
public sealed record KernelFacts(KernelVersion Kernel, int Processors, int TicksPerSecond, Func<string, string?> Sysctl);
