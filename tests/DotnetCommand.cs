using Xunit;

namespace LoadLab.Tests;

/// <summary>The dotnet program as a user's shell runs it, for tests of packages.</summary>
internal static class DotnetCommand
{
    /// <summary>The folder of LoadLab.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The configuration that these tests were compiled in: they are in bin/CONFIGURATION/FRAMEWORK.</summary>
    public static string BuiltAs { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Where packages are that have been restored before: another restore takes them from there.</summary>
    public static string Packages { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Runs it; what it wrote.</summary>
    public static string Succeed(string directory, params string[] arguments)
    {
        var called = OtherProgram.RunAsUser("dotnet", directory, arguments);
        Assert.True(called.Exit == 0, $"dotnet {string.Join(' ', arguments)}: {called}");
        return called.Output;
    }

    /// <summary>Packs a project of this repository, away from the builds of other tests and from the sources as they are.</summary>
    /// <param name="project">Its folder.</param>
    /// <param name="folder">Has the packages in 'packages'.</param>
    /// <param name="more">Further words.</param>
    /// <returns>The folder of packages.</returns>
    public static string Pack(string project, string folder, params string[] more)
    {
        var packages = Path.Combine(folder, "packages");
        _ = Succeed(
            Root,
            [
                "pack", project, "-c", "Release", "-o", packages, "--artifacts-path", Path.Combine(folder, "artifacts", Path.GetFileName(project)),
                "-p:RunAnalyzers=false", "-v", "quiet", "--nologo", .. more,
            ]);
        return packages;
    }

    /// <summary>Writes a NuGet.config by which only packages of one folder are found, whatever other feeds and caches have.</summary>
    /// <param name="folder">Where it is written.</param>
    /// <param name="packages">Has the packages.</param>
    /// <param name="cache">Gets what is restored.</param>
    /// <param name="fallback">A cache that others have filled; null: none.</param>
    public static void OnlyFrom(string folder, string packages, string cache, string? fallback = null) => File.WriteAllText(
        Path.Combine(folder, "NuGet.config"),
        $"""
        <configuration>
          <config><add key="globalPackagesFolder" value="{cache}" /></config>
          <packageSources><clear /><add key="packed" value="{packages}" /></packageSources>
          {(fallback is null ? "" : $"<fallbackPackageFolders><add key=\"restored\" value=\"{fallback}\" /></fallbackPackageFolders>")}
        </configuration>
        """);

    private static string FindRoot()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "LoadLab.sln")))
        {
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("these tests run in a clone of LoadLab: no LoadLab.sln above them");
        }

        return at;
    }
}
