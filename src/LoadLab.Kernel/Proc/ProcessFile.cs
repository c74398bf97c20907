using System.Globalization;

namespace LoadLab.Kernel;

/// <summary>A file of another process in /proc, read whole.</summary>
internal static class ProcessFile
{
    /// <summary>Reads it; null when the process is gone or may not be asked.</summary>
    public static byte[]? Read(int pid, string name, string procRoot = "/proc")
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(procRoot, pid.ToString(CultureInfo.InvariantCulture), name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
