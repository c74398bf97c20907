using System.Reflection;

namespace LoadLab.Model;

/// <summary>Which LoadLab this is.</summary>
public static class ProgramVersion
{
    private const int ShortHash = 9;

    /// <summary><c>0.1.0+3b95024ab</c>: the release, and the commit where it was built from a git checkout.</summary>
    /// <remarks>The SDK writes the commit into the assembly (SourceRevisionId), in full.</remarks>
    public static string Text { get; } =
        Shortened(typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    /// <summary>A version with its commit cut to the characters that tell it from others.</summary>
    public static string Shortened(string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return version.Split('+', 2) is [var release, { Length: > ShortHash } commit] ? $"{release}+{commit[..ShortHash]}" : version;
    }
}
