namespace LoadLab.Fuzz;

/// <summary>A folder of this process for targets that read files; in memory where there is /dev/shm. It is removed at the end.</summary>
internal static class FuzzFolder
{
    private const string Name = "loadlab-fuzz-";
    private static readonly Lazy<string> Made = new(Make);

    /// <summary>Where it is.</summary>
    public static string Path => Made.Value;

    private static string Make()
    {
        var parent = Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();
        foreach (var left in Directory.GetDirectories(parent, $"{Name}*").Where(folder => !Directory.Exists($"/proc/{folder.Split('-')[^1]}")))
        {
            // Of a process that was killed, as afl-fuzz does at its end.
            Directory.Delete(left, recursive: true);
        }

        var path = System.IO.Path.Combine(parent, $"{Name}{Environment.ProcessId}");
        Directory.CreateDirectory(path);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(path, recursive: true);
        return path;
    }
}
