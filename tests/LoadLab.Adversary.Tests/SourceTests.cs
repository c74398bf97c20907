namespace LoadLab.Adversary.Tests;

/// <summary>What must be in one place of the source only, since each further place could forget the proof.</summary>
public sealed class SourceTests
{
    private static readonly string Root = Path.GetDirectoryName(Launcher.Path)!;

    // It is internal to the Kernel; Sysctl and FileTable read.
    [Fact]
    public void OnePlaceWritesToTheFileOfASysctl() => Assert.Equal(["FileTable.cs", "Sysctl.cs", "SysctlWriter.cs"], Files("PathOf(", below: "LoadLab.Kernel"));

    // One reads the version, one boots a kernel of its own, and two are scripts that prove their isolation first, by the same tests.
    [Fact]
    public void OnlyThoseNameAFileOfProcSys() =>
        Assert.Equal(["HostInspection.cs", "KernelScripts.cs", "OwnConnectionTable.cs", "SysctlTrial.cs"], Files("/proc/sys", skipComments: true));

    private static string[] Files(string text, string below = "", bool skipComments = false) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, "src", below), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
        .Where(file => File.ReadLines(file).Any(line => line.Contains(text, StringComparison.Ordinal)
            && !(skipComments && line.TrimStart().StartsWith("//", StringComparison.Ordinal))))
        .Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
