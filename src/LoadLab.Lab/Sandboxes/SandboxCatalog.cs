using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>The sandbox of a kind.</summary>
public static class SandboxCatalog
{
    /// <summary>A new one; nothing is made yet.</summary>
    public static ISandbox Create(SandboxKind kind) => kind switch
    {
        SandboxKind.Namespace => new NamespaceSandbox(),
        SandboxKind.Host => new HostSandbox(),
        SandboxKind.Kernel => new KernelSandbox(),
        SandboxKind.Container => new ContainerSandbox(),
    };

    /// <summary>That in which this process is: the machine's or a container's.</summary>
    public static ISandbox Here => Create(NetworkNamespace.IsTheMachines ? SandboxKind.Host : SandboxKind.Container);
}
