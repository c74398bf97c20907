namespace LoadLab.Kernel.Tests;

public sealed class OwnDescriptorsTests
{
    [Fact]
    public void ItCountsWhatTheDirectoryLists()
    {
        using var descriptors = new OwnDescriptors();
        var opened = Enumerable.Range(0, 50).Select(_ => File.OpenHandle("/dev/null")).ToList();
        var with = descriptors.Count();
        var listed = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        opened.ForEach(handle => handle.Dispose());
        var without = descriptors.Count();

        // The runtime may open or close a descriptor of its own meanwhile, not dozens.
        Assert.InRange(with - without, 40, 60);
        Assert.InRange(listed - with, -10, 10);
    }
}
