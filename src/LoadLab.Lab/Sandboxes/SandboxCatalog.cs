using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>The sandbox of a kind. Each sandbox's file adds its own line; what a kind isolates and permits is its row in <see cref="SandboxTraits"/>.</summary>
public static partial class SandboxCatalog
{
    // Without an initializer: the lines of the other files may run first, in whatever order.
    private static SortedDictionary<SandboxKind, Func<ISandbox>>? makers;

    /// <summary>That in which this process is: the machine's or a container's.</summary>
    public static ISandbox Here => Create(NetworkNamespace.IsTheMachines ? SandboxKind.Host : SandboxKind.Container);

    /// <summary>Kinds that have a sandbox.</summary>
    public static IReadOnlyCollection<SandboxKind> Kinds => makers!.Keys;

    /// <summary>A new one; nothing is made yet.</summary>
    public static ISandbox Create(SandboxKind kind) => makers!.TryGetValue(kind, out var make)
        ? make()
        : throw new InvalidOperationException($"no sandbox is of kind {kind}: add the line SandboxCatalog.Add(SandboxKind.{kind}, ...) to its file in src/LoadLab.Lab/Sandboxes");

    private static SandboxKind Add(SandboxKind kind, Func<ISandbox> make)
    {
        (makers ??= []).Add(kind, make);
        return kind;
    }
}
