using System.Runtime.InteropServices;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary>The .NET tool in native code: a package that names one for each kind of machine, and that of this machine, both away from any clone.</summary>
public sealed class NativeToolPackageTests(NativeToolPackageTests.PackedTool tool) : IClassFixture<NativeToolPackageTests.PackedTool>
{
    [PackageFact]
    public void InstalledIntoAnEmptyFolderItIsOneNativeProgram()
    {
        Assert.SkipUnless(tool.Missing is null, tool.Missing ?? "");
        var place = tool.EmptyFolder("install");
        var tools = Path.Combine(place, "tools");
        _ = DotnetCommand.Succeed(
            place, "tool", "install", "LoadLab", "--version", tool.Version, "--tool-path", tools, "--configfile", Path.Combine(place, "NuGet.config"));
        var program = File.ResolveLinkTarget(Path.Combine(tools, "loadlab"), returnFinalTarget: true)!.FullName;
        Assert.Equal("\u007fELF"u8.ToArray(), File.ReadAllBytes(program)[..4]);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(program)!, "*.dll"));
        Assert.Equal(Launcher.Run("version").Output, OtherProgram.RunAsUser(program, place, "version").Output);
        Assert.Equal(Launcher.Run("list").Output, OtherProgram.RunAsUser(program, place, "list").Output);
    }

    [PackageTheory]
    [InlineData("dnx")]
    [InlineData("tool", "exec")]
    public void ItRunsWithoutAnInstallation(params string[] verb)
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        Assert.SkipUnless(tool.Missing is null, tool.Missing ?? "");
        var place = tool.EmptyFolder(verb[0]);
        var called = OtherProgram.RunAsUser(
            "dotnet", place,
            [.. verb, $"LoadLab@{tool.Version}", "--source", tool.Packages, "-y", "--", "run", "accept-queue/backlog-overflow", "--json", "--out", "results"]);
        Assert.True(called.Exit == 0, called.ToString());
        Assert.Equal((Outcome.Held, 5), (Launcher.Document(called).Verdict, Launcher.Document(called).Connections.Established));
        Assert.True(Directory.Exists(Path.Combine(place, "results")));
    }

    /// <summary>Packs both of what './loadlab' has compiled: to make native code once more would take minutes of a processor.</summary>
    public sealed class PackedTool : IDisposable
    {
        private static readonly string Kind = $"linux-{RuntimeInformation.OSArchitecture}".ToLowerInvariant();
        private static readonly string Artifacts = Path.Combine(Launcher.Root, ".build", "artifacts");
        private static readonly string Compiler = Path.Combine(Artifacts, "obj", "LoadLab.Cli", $"release_{Kind}", "native", "loadlab.ilc.rsp");
        private readonly TemporaryFolder folder = new();

        public PackedTool()
        {
            Packages = Path.Combine(folder.Path, "packages");
            var commit = OtherProgram.Run("git", ["rev-parse", "HEAD"], Launcher.Root, []).Output.Trim();
            Missing = !File.Exists(Compiler) || File.Exists(Path.Combine(Launcher.Root, ".build", "app", "loadlab.dll")) ? "needs ./loadlab as native code"
                : Launcher.Run("version").Output.Split('+')[^1].Trim() is { Length: > 0 } built && commit.StartsWith(built, StringComparison.Ordinal) ? null
                : "./loadlab was built of another commit, so all of it would be compiled again";
            if (Missing is null)
            {
                // The same properties as the launcher's: whatever differs would be compiled again.
                string[] words =
                [
                    "pack", "src/LoadLab.Cli", "-c", "Release", "-p:NativeTool=true", "--artifacts-path", Artifacts, "-o", Packages, "-v", "quiet", "--nologo",
                    "-p:RunAnalyzers=false", "-p:GenerateDocumentationFile=false", "-p:TreatWarningsAsErrors=false", "-p:PublishAot=true",
                    "-p:OptimizationPreference=Speed",
                    $"-p:StripSymbols={(Host.Has("objcopy") ? "true" : "false")}",
                    $"-p:IlcTreatWarningsAsErrors={(File.ReadAllText(Compiler).Contains("--warnaserror", StringComparison.Ordinal) ? "true" : "false")}",
                ];
                _ = DotnetCommand.Succeed(Launcher.Root, [.. words, "-r", Kind]);
                _ = DotnetCommand.Succeed(Launcher.Root, words);
                Version = Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(Packages, $"LoadLab.{Kind}.*.nupkg")))[$"LoadLab.{Kind}.".Length..];
                Assert.True(File.Exists(Path.Combine(Packages, $"LoadLab.{Version}.nupkg")));
            }
        }

        /// <summary>Why there is none; null when there is.</summary>
        public string? Missing { get; }

        public string Packages { get; }

        public string Version { get; } = "";

        /// <summary>A folder with a cache of its own: two calls that fill one at a time find half a package in it.</summary>
        public string EmptyFolder(string name)
        {
            var place = Directory.CreateDirectory(Path.Combine(folder.Path, name)).FullName;
            DotnetCommand.OnlyFrom(place, Packages, Path.Combine(folder.Path, $"cache-{name}"));
            return place;
        }

        public void Dispose() => folder.Dispose();
    }
}
