namespace LoadLab.Kernel.Tests;

public sealed class DurableFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("loadlab-durable-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void ItTakesThePlaceOfTheOlderOneAndLeavesNothingBeside()
    {
        DurableFile.Write(folder, "run.json", file => file.Write("old"u8));
        DurableFile.Write(folder, "run.json", file => file.Write("new"u8));
        Assert.Equal(Path.Combine(folder, "run.json"), Assert.Single(Directory.GetFileSystemEntries(folder)));
        Assert.Equal("new", File.ReadAllText(Path.Combine(folder, "run.json")));
    }

    [Fact]
    public void WhatFailsInItsMidstLeavesTheOlderOne()
    {
        DurableFile.Write(folder, "run.json", file => file.Write("old"u8));
        Assert.Throws<IOException>(() => DurableFile.Write(folder, "run.json", file =>
        {
            file.Write("ne"u8);
            throw new IOException("No space left on device");
        }));
        Assert.Equal(Path.Combine(folder, "run.json"), Assert.Single(Directory.GetFileSystemEntries(folder)));
        Assert.Equal("old", File.ReadAllText(Path.Combine(folder, "run.json")));
    }

    [Fact]
    public void AFolderThatIsGoneIsAnError() => Assert.Throws<IOException>(() => DurableFile.SyncFolder(Path.Combine(folder, "gone")));
}
