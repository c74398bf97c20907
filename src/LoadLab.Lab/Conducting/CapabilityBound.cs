using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>How a role is started with fewer capabilities than its sandbox gives.</summary>
/// <remarks>By setpriv(1) of util-linux, before the runtime starts: capset(2) is for one thread, and a .NET process has several before its first
/// line.</remarks>
internal static class CapabilityBound
{
    /// <summary>What stands before the role's own command line; nothing for all capabilities.</summary>
    public static IReadOnlyList<string> CommandLine(CapabilitySet set) => set switch
    {
        CapabilitySet.All => [],
        CapabilitySet.None => ["setpriv", "--bounding-set", "-all,+dac_override", "--inh-caps", "-all", "--ambient-caps", "-all", "--"],
    };
}
