using System.Collections.Immutable;
using System.Diagnostics;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>The machine as it is. Nothing is isolated, so no sysctl is ever written: what a scenario asks for must be there already.</summary>
public sealed class HostSandbox : ISandbox
{
    /// <inheritdoc/>
    public SandboxKind Kind => SandboxKind.Host;

    /// <inheritdoc/>
    public string Command => "";

    /// <inheritdoc/>
    public SandboxFacts TryOut(IReadOnlyDictionary<string, string> asked, IEnumerable<string> ofInterest)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var live = SysctlTrial.Here(asked.Keys.Concat(ofInterest));
        var refused = asked.Where(pair => live.GetValueOrDefault(pair.Key) != Sysctl.Parse(pair.Value))
            .ToImmutableSortedDictionary(pair => pair.Key,
                pair => $"the host sandbox never changes a sysctl, and here it is {live.GetValueOrDefault(pair.Key) ?? "absent"}");
        return new SandboxFacts(live, ImmutableSortedDictionary<string, string>.Empty, refused);
    }

    /// <inheritdoc/>
    public ProcessStartInfo Start(IReadOnlyList<string> command, string? writable)
    {
        ArgumentNullException.ThrowIfNull(command);
        return new ProcessStartInfo(command[0], command.Skip(1));
    }
}

/// <content>The sandbox above.</content>
public static partial class SandboxCatalog
{
    internal static SandboxKind Host { get; } = Add(SandboxKind.Host, _ => new HostSandbox());
}
