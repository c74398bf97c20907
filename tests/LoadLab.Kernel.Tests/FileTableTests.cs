namespace LoadLab.Kernel.Tests;

public sealed class FileTableTests
{
    [Fact]
    public void FirstAndThirdNumberAreInUseAndLimit() => Assert.Equal(new FileTable(246, 2500), FileTable.Parse("246\t0\t2500\n"u8));

    [Fact]
    public void ALimitBeyondAnyTableIsRead() => Assert.Equal(long.MaxValue, FileTable.Parse("1024\t0\t9223372036854775807\n"u8)!.Value.Limit);

    [Fact]
    public void AnythingElseIsNone()
    {
        Assert.Null(FileTable.Parse("1024\t0\n"u8));
        Assert.Null(FileTable.Parse(""u8));
        Assert.Null(FileTable.Parse("-1024\t0\t2500\n"u8));
    }

    [Fact]
    public void ThisKernelHasFilesOpen() => Assert.True(FileTable.Parse(File.ReadAllBytes(FileTable.PathOf()))!.Value.InUse > 0);
}
