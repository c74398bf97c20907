using System.Collections.Frozen;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Probe;

/// <summary>The calls that the probe knows. A new one is a new row.</summary>
internal static class ProbeCalls
{
    private static readonly FrozenDictionary<ProbeCall, Func<ProbeStep, SyscallResult>> Rows = new Dictionary<ProbeCall, Func<ProbeStep, SyscallResult>>
    {
        [ProbeCall.Getrlimit] = _ => new SyscallResult(ResourceLimits.Nofile(0)?.Soft ?? -1, Errno.None),
        [ProbeCall.Setrlimit] = step => ResourceLimits.SetNofile(0, new SoftAndHard(step.Soft ?? 0, step.Hard ?? 0)),
        [ProbeCall.DropSysResource] = _ => Capabilities.DropSysResource(),
        [ProbeCall.Child] = _ => new SyscallResult(ChildView.SoftLimit(), Errno.None),
    }.ToFrozenDictionary();

    /// <summary>Makes a step's call on the calling thread.</summary>
    /// <exception cref="ProbeFailureException">What it needs around the call was not available.</exception>
    public static SyscallResult Make(ProbeStep step) => Rows[step.Call](step);
}
