namespace LoadLab.Kernel.Tests;

/// <summary>/dev/full refuses each write with ENOSPC; EFBIG needs a limit of a process's own and is tested with whole runs.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("loadlab-output-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void TextTakesThePlaceOfWhatIsThereOrComesBehindIt()
    {
        var path = Path.Combine(folder, "report.md");
        OutputFile.WriteText(path, "a longer text");
        OutputFile.WriteText(path, "short");
        OutputFile.AppendText(path, ", ü");
        Assert.Equal("short, ü", File.ReadAllText(path));
    }

    [Fact]
    public void ADeviceThatIsFullIsAnIOException() => Assert.Throws<IOException>(() => OutputFile.AppendText("/dev/full", "x"));
}
