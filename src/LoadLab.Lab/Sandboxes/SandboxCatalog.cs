using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Lab;

/// <summary>The sandbox of a kind. Each sandbox's file adds its own line; what a kind isolates and permits is its row in <see cref="SandboxTraits"/>.</summary>
public static partial class SandboxCatalog
{
    // Without an initializer: the lines of the other files may run first, in whatever order.
    private static SortedDictionary<SandboxKind, Func<string?, ISandbox>>? makers;

    /// <summary>That in which this process is: the machine's or a container's.</summary>
    public static ISandbox Here => Create(NetworkNamespace.IsTheMachines ? SandboxKind.Host : SandboxKind.Container);

    /// <summary>Kinds that have a sandbox.</summary>
    public static IReadOnlyCollection<SandboxKind> Kinds => makers!.Keys;

    /// <summary>A new one; nothing is made yet.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="kernel">The kernel that one with a kernel of its own boots, by its path; null: the one that is installed.</param>
    public static ISandbox Create(SandboxKind kind, string? kernel = null) => makers!.TryGetValue(kind, out var make)
        ? make(kernel)
        : throw new InvalidOperationException(
            $"no sandbox is of kind {kind}: add the line SandboxCatalog.Add(SandboxKind.{kind}, ...) to its file in src/LoadLab.Lab/Sandboxes");

    private static SandboxKind Add(SandboxKind kind, Func<string?, ISandbox> make)
    {
        (makers ??= []).Add(kind, make);
        return kind;
    }
}
