using System.Collections.Immutable;
using System.Diagnostics;
using System.Net.NetworkInformation;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>
/// The container that this process runs in: Docker, compose or Podman have made its network namespace and set its sysctls and limits. LoadLab changes
/// none of them, and reads back what they really are.
/// </summary>
/// <remarks>Nothing but LoadLab's own binary is started: an image needs no shell and no util-linux.</remarks>
public sealed class ContainerSandbox : ISandbox
{
    /// <inheritdoc/>
    public SandboxKind Kind => SandboxKind.Container;

    /// <inheritdoc/>
    public string Command => "";

    /// <inheritdoc/>
    public SandboxFacts TryOut(IReadOnlyDictionary<string, string> asked, IEnumerable<string> ofInterest)
    {
        ArgumentNullException.ThrowIfNull(asked);
        if (NetworkNamespace.IsTheMachines)
        {
            throw new SandboxUnavailableException(
                "sandbox container is for a container with a network of its own, but this process is in the machine's: start it in one without host "
                    + "networking (docker-compose.yml shows how), or use --sandbox namespace, which makes its own");
        }

        if (!Array.Exists(NetworkInterface.GetAllNetworkInterfaces(),
            one => one is { NetworkInterfaceType: NetworkInterfaceType.Loopback, OperationalStatus: not OperationalStatus.Down }))
        {
            throw new SandboxUnavailableException(
                "the loopback interface of this container is down, and sandbox container changes nothing: 'ip link set lo up' in it, or use --sandbox "
                + "namespace, which makes its own");
        }

        return new SandboxFacts(SysctlTrial.Here(asked.Keys.Concat(ofInterest)), ImmutableSortedDictionary<string, string>.Empty,
            ImmutableSortedDictionary<string, string>.Empty);
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
    internal static SandboxKind Container { get; } = Add(SandboxKind.Container, _ => new ContainerSandbox());
}
