using System.Security.Cryptography;

namespace LoadLab.Fuzz;

/// <summary>The inputs of a target that are kept: real ones, those that reached something new, and those that once failed.</summary>
internal static class CorpusFolder
{
    /// <summary>The corpora of the repository, found from the program's place or the current folder.</summary>
    public static string Root { get; } = new[] { AppContext.BaseDirectory, Environment.CurrentDirectory }.SelectMany(Above)
        .Select(folder => Path.Combine(folder, "tests", "LoadLab.Fuzz", "corpus")).FirstOrDefault(Directory.Exists) ?? "corpus";

    /// <summary>All inputs of a folder in the order of their names; an empty input when there is none.</summary>
    public static List<byte[]> Read(string folder) => Directory.Exists(folder)
        && Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList() is { Count: > 0 } found ? found : [[]];

    /// <summary>Writes an input under a name made of its content.</summary>
    public static string Write(string folder, byte[] input)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(input))[..16]);
        File.WriteAllBytes(path, input);
        return path;
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }
}
