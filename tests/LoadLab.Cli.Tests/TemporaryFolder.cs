namespace LoadLab.Cli.Tests;

/// <summary>A folder that is gone with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("loadlab-test-");

    /// <summary>Makes it, writable for everybody: a test may become another user.</summary>
    public TemporaryFolder() => File.SetUnixFileMode(directory.FullName, (UnixFileMode)0b111_111_111);

    public string Path => directory.FullName;

    /// <summary>The one results folder in it.</summary>
    public string Results => Assert.Single(Directory.GetDirectories(Path));

    public string Write(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => directory.Delete(recursive: true);
}
