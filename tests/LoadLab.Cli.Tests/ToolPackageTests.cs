using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using LoadLab.Model;

namespace LoadLab.Cli.Tests;

/// <summary>The .NET tool: packed, installed into an empty folder and run there, away from any clone.</summary>
public sealed class ToolPackageTests(ToolPackageTests.InstalledTool tool) : IClassFixture<ToolPackageTests.InstalledTool>
{
    [PackageFact]
    public void ThePackageSaysWhatItIsAndUnderWhichLicence()
    {
        using var package = ZipFile.OpenRead(tool.Package);
        using var stream = package.GetEntry("LoadLab.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        string Value(string name) => (string)metadata.Elements().Single(element => element.Name.LocalName == name);
        Assert.Equal(("LoadLab", "Apache-2.0", "README.md"), (Value("id"), Value("license"), Value("readme")));
        Assert.Contains("sockets", Value("description"), StringComparison.Ordinal);
        Assert.Contains("load-testing", Value("tags"), StringComparison.Ordinal);
        Assert.Equal("git", (string?)metadata.Elements().Single(element => element.Name.LocalName == "repository").Attribute("type"));
        Assert.All(["README.md", "LICENSE", "THIRD-PARTY-NOTICES.txt"], file => Assert.NotNull(package.GetEntry(file)));
    }

    [PackageFact]
    public void TheNoticesNameEveryPackageThatIsInIt()
    {
        var path = Path.Combine(Launcher.Root, "THIRD-PARTY-NOTICES.txt");
        var text = ThirdPartyNotices.Of(tool.Package);
        if (Environment.GetEnvironmentVariable("LOADLAB_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Contains("Spectre.Console", text, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(path));
    }

    [PackageFact]
    public void ItHasEveryScenario()
    {
        var called = tool.Call("list", "--json");
        Assert.True(called.Exit == 0, called.ToString());
        Assert.Equal(Names(Launcher.Run("list", "--json").Output), Names(called.Output));

        static IEnumerable<string> Names(string list) => JsonNode.Parse(list)!.AsArray().Select(one => (string)one!["name"]!);
    }

    [PackageFact]
    public void ItNamesItsVersion() => Assert.StartsWith(tool.Version, tool.Call("version").Output, StringComparison.Ordinal);

    [PackageFact]
    public void DnxRunsItWithoutAnInstallation()
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        var called = OtherProgram.RunAsUser(
            "dotnet", tool.WorkingDirectory, "dnx", $"LoadLab@{tool.Version}", "--source", tool.Packages, "-y", "--",
            "run", "accept-queue/backlog-overflow", "--json", "--out", "by-dnx");
        Assert.True(called.Exit == 0, called.ToString());
        Assert.Equal(5, Launcher.Document(called).Connections.Established);
        Assert.True(Directory.Exists(Path.Combine(tool.WorkingDirectory, "by-dnx")));
    }

    [PackageFact]
    public void ItRunsAScenarioAndLeavesTheResultsInTheWorkingDirectory()
    {
        Assert.SkipUnless(Host.HasNamespaces, "needs namespaces (unshare), which this host forbids");
        var called = tool.Call("run", "accept-queue/backlog-overflow", "--json");
        Assert.True(called.Exit == 0, called.ToString());
        Assert.Equal((Outcome.Held, 5), (Launcher.Document(called).Verdict, Launcher.Document(called).Connections.Established));
        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(tool.WorkingDirectory, "results")));
        Assert.True(File.Exists(Path.Combine(folder, "report.html")));
        var run = JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(folder, "run.json")), ModelJson.Default.RunDocument)!;
        Assert.StartsWith(tool.Version, run.Version, StringComparison.Ordinal);
    }

    /// <summary>Packs and installs it, once for all tests of the class.</summary>
    public sealed class InstalledTool : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public InstalledTool()
        {
            // What was compiled with these tests: to compile it once more would take longer than all tests of the class.
            Packages = Path.Combine(folder.Path, "packages");
            _ = DotnetCommand.Succeed(
                Launcher.Root, "pack", "src/LoadLab.Cli", "--no-build", "-c", DotnetCommand.BuiltAs, "-o", Packages, "-v", "quiet", "--nologo");
            Package = Assert.Single(Directory.GetFiles(Packages, "LoadLab.*.nupkg"));
            Version = Path.GetFileNameWithoutExtension(Package)["LoadLab.".Length..];
            WorkingDirectory = Directory.CreateDirectory(Path.Combine(folder.Path, "empty")).FullName;
            DotnetCommand.OnlyFrom(folder.Path, Packages, Path.Combine(folder.Path, "cache"));
            _ = DotnetCommand.Succeed(
                WorkingDirectory, "tool", "install", "LoadLab", "--version", Version, "--tool-path", Path.Combine(folder.Path, "tools"), "--configfile",
                Path.Combine(folder.Path, "NuGet.config"));
        }

        public string Packages { get; }

        public string Package { get; }

        public string Version { get; }

        public string WorkingDirectory { get; }

        public void Dispose() => folder.Dispose();

        internal Called Call(params string[] arguments) => OtherProgram.RunAsUser(Path.Combine(folder.Path, "tools", "loadlab"), WorkingDirectory, arguments);
    }
}
