using LoadLab.Model;

namespace LoadLab.Runs;

/// <summary>Which claims are checked, where, and over which protocols.</summary>
/// <param name="Claims">Names of claims or of folders of claims; none: all.</param>
/// <param name="Sandbox">Where.</param>
/// <param name="Families">Over which protocols.</param>
/// <param name="Results">The folder under which the textbook gets its own.</param>
public sealed record TextbookRequest(IReadOnlyList<string> Claims, SandboxKind Sandbox, IReadOnlyList<SocketFamily> Families, string Results)
{
    /// <summary>The User-Mode Linux that the kernel sandbox boots; null: linux.uml of the PATH.</summary>
    public string? Kernel { get; init; }

    /// <summary>How to run it again.</summary>
    public string Command => string.Join(' ',
    [
        "loadlab textbook",
        .. Claims,
        .. Sandbox == SandboxTraits.Default ? [] : (string[])["--sandbox", EnumWords<SandboxKind>.Of(Sandbox)],
        .. Kernel is { } kernel ? (string[])["--kernel", ShellWord.Quoted(kernel)] : [],
        .. Families is [SocketFamily.Ipv4] ? [] : (string[])["--family", Families.Count == 2 ? "both" : EnumWords<SocketFamily>.Of(Families[0])],
    ]);
}
