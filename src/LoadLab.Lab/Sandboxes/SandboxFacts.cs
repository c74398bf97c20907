using System.Collections.Immutable;

namespace LoadLab.Lab;

/// <summary>What a sandbox of this kind takes and shows, found out in a throw-away one before the plan is made.</summary>
/// <param name="Live">Sysctls as read back after those asked for were written.</param>
/// <param name="Untouched">Those asked for, as they were before.</param>
/// <param name="Refused">Sysctls that could not be written, with the reason as half a sentence.</param>
/// <param name="OutOfRange">Sysctls that may be written here, but not to the value asked for; null: none.</param>
/// <param name="Kernel">The kernel inside, where that is not the host's.</param>
public sealed record SandboxFacts(
    ImmutableSortedDictionary<string, string> Live,
    ImmutableSortedDictionary<string, string> Untouched,
    ImmutableSortedDictionary<string, string> Refused,
    ImmutableSortedSet<string>? OutOfRange = null,
    SandboxKernel? Kernel = null);
