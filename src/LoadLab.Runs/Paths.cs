namespace LoadLab.Runs;

/// <summary>Where scenarios are found and results are written.</summary>
public static class Paths
{
    // Set by the launcher at the repository's root; a packed tool has its scenarios beside the assembly.
    private static readonly string? Root = Environment.GetEnvironmentVariable("LOADLAB_ROOT");

    /// <summary>The folder of scenarios: the repository's, the working directory's, or that beside the program.</summary>
    public static string Scenarios =>
        Root is not null ? Path.Combine(Root, "scenarios")
        : Directory.Exists("scenarios") ? Path.GetFullPath("scenarios")
        : Path.Combine(AppContext.BaseDirectory, "scenarios");

    /// <summary>A path as one would type it here: relative where it lies below the working directory.</summary>
    public static string Shown(string path)
    {
        try
        {
            return Path.GetRelativePath(Environment.CurrentDirectory, path) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) ? relative
                : path;
        }
        catch (IOException)
        {
            // The working directory was deleted, perhaps while a run went on: its verdict is shown nevertheless.
            return path;
        }
    }

    /// <summary>Where LOADLAB_RESULTS says, as an image does; else in the working directory, and for one inside the clone at the clone's root.</summary>
    public static string Results =>
        Environment.GetEnvironmentVariable("LOADLAB_RESULTS") is { Length: > 0 } named ? named : Path.Combine(ResultsRoot, "results");

    private static string ResultsRoot
    {
        get
        {
            if (Root is null)
            {
                return Environment.CurrentDirectory;
            }

            try
            {
                var here = Environment.CurrentDirectory;
                return IsWithin(here, Root) ? Root : here;
            }
            catch (IOException)
            {
                // The working directory was deleted.
                return Root;
            }
        }
    }

    private static bool IsWithin(string path, string folder) =>
        Path.TrimEndingDirectorySeparator(path) is var one && Path.TrimEndingDirectorySeparator(folder) is var whole
        && (one == whole || one.StartsWith(whole + Path.DirectorySeparatorChar, StringComparison.Ordinal));
}
