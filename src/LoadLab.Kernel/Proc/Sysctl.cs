using LoadLab.Model;

namespace LoadLab.Kernel;

/// <summary>Sysctls by dotted name, read from /proc/sys; those of net are of the caller's network namespace. <see cref="SysctlWriter"/> writes them.</summary>
/// <remarks>Kernel: fs/proc/proc_sysctl.c, net/sysctl_net.c.</remarks>
public static class Sysctl
{
    /// <summary>Its value with blanks folded to one, as sysctl(8) prints it; null when this kernel or namespace does not have it or does not show it.</summary>
    public static string? Read(string name, string procRoot = "/proc")
    {
        try
        {
            return Parse(File.ReadAllText(PathOf(name, procRoot)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Folds blanks.</summary>
    public static string Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>True for a dotted name that stays inside /proc/sys: letters, digits, '_', '-', at least one dot.</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Contains('.', StringComparison.Ordinal)
            && name.Split('.').All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'));
    }

    /// <summary>The file of a name.</summary>
    internal static string PathOf(string name, string procRoot = "/proc") => IsName(name)
        ? Path.Combine(procRoot, "sys", name.Replace('.', '/'))
        : throw new ArgumentException($"'{name}' is no sysctl name", nameof(name));
}
