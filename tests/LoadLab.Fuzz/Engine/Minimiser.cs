namespace LoadLab.Fuzz;

/// <summary>Chooses the smallest inputs of a corpus that reach all the branches that the whole corpus reaches. Needs instrumented assemblies.</summary>
internal static class Minimiser
{
    /// <summary>Copies them; false when an input failed.</summary>
    public static bool Run(FuzzTarget target, string from, string into, TextWriter output)
    {
        var branches = new BranchMap();
        var files = Directory.Exists(from) ? Directory.GetFiles(from).OrderBy(file => new FileInfo(file).Length).ThenBy(file => file,
            StringComparer.Ordinal).ToList()
            : [];
        Directory.CreateDirectory(into);
        var kept = 0;
        foreach (var file in files)
        {
            var input = File.ReadAllBytes(file);

            // Static constructors run once: what they reach is no reason to keep an input.
            target.Take(input);
            BranchMap.Begin();
            target.Take(input);
            if (branches.IsNew())
            {
                kept++;
                File.Copy(file, Path.Combine(into, Path.GetFileName(file)), overwrite: true);
            }
        }

        output.WriteLine($"{target.Name}: {kept} of {files.Count} inputs reach all {branches.Reached:N0} pairs of branches");
        return true;
    }
}
