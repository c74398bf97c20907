using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>A kernel other than the host's, in which a run lives as root.</summary>
/// <param name="Version">Its release.</param>
/// <param name="Cores">Its processors.</param>
/// <param name="Nofile">RLIMIT_NOFILE, soft and hard, of what is started in it.</param>
/// <param name="TicksPerSecond">HZ; null: not known.</param>
public sealed record SandboxKernel(KernelVersion Version, int Cores, long Nofile, int? TicksPerSecond);
