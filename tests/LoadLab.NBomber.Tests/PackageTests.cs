using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace LoadLab.NBomber.Tests;

/// <summary>The adapter's package, packed and installed beside a package of stand-ins: NBomber's own is not on every feed.</summary>
/// <remarks>The stand-ins get a version that NBomber does not have, and a package cache of the test's own.</remarks>
public sealed class PackageTests : IDisposable
{
    private const string StandIn = "4.1.2-standin";
    private const string Version = "0.1.0-standin";

    private const string Program = """
        using LoadLab.NBomber;
        using NBomber.Contracts.Stats;

        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start(5);
        string folder;
        using (var run = NBomberRun.Watch(((System.Net.IPEndPoint)listener.LocalEndpoint).Port, "results"))
        using (var plugin = new KernelPlugin(run))
        {
            folder = run.Folder;
            await plugin.Start();
            var tables = await plugin.GetStats(new NodeStats([]));
            Console.WriteLine($"backlog {tables.Tables["Queues"]!.Rows[0]["live backlog"]}");
        }

        Console.WriteLine(File.Exists(Path.Combine(folder, "report.html")));
        """;

    private const string Project = $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <UseAppHost>false</UseAppHost>
            <NoWarn>CA1416</NoWarn>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="LoadLab.NBomber" Version="{Version}" />
          </ItemGroup>
        </Project>
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("loadlab-test-");

    private string Feed => Path.Combine(folder.FullName, "packages");

    [PackageFact]
    public void ItHasWhatItNeedsAndRunsInAnEmptyProject()
    {
        Pack("tests/NBomberContracts/Package");
        Pack("src/LoadLab.NBomber", "-p:NBomber=true", $"-p:NBomberVersion={StandIn}", $"-p:Version={Version}", $"-p:RestoreAdditionalProjectSources={Feed}");
        HasAllAssemblies(Path.Combine(Feed, $"LoadLab.NBomber.{Version}.nupkg"));
        Assert.Equal("backlog 5\nTrue\n", RunInAnEmptyProject());
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static void HasAllAssemblies(string path)
    {
        using var package = ZipFile.OpenRead(path);
        using var nuspec = package.GetEntry("LoadLab.NBomber.nuspec")!.Open();
        var dependencies = XDocument.Load(nuspec).Descendants().Where(element => element.Name.LocalName == "dependency").ToDictionary(
            element => (string)element.Attribute("id")!, element => (string)element.Attribute("version")!);
        Assert.Equal($"[{StandIn}, 5.0.0)", dependencies["NBomber"]);
        var assemblies = package.Entries.Where(entry => entry.FullName.StartsWith("lib/net10.0/", StringComparison.Ordinal))
            .Where(entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal)).ToList();
        var inside = assemblies.Select(entry => Path.GetFileNameWithoutExtension(entry.Name)).ToHashSet();
        foreach (var reference in assemblies.SelectMany(References).Distinct())
        {
            // The configuration comes with NBomber, whose interfaces name it, and the last one with Spectre.Console.
            var comesWithOthers = reference.StartsWith("System", StringComparison.Ordinal)
                || reference is "Microsoft.Win32.Primitives" or "Microsoft.Extensions.Configuration.Abstractions" or "Spectre.Console.Ansi";
            Assert.True(
                comesWithOthers || inside.Contains(reference) || dependencies.ContainsKey(reference),
                $"{reference} is neither in the package nor a dependency of it");
        }
    }

    private static List<string> References(ZipArchiveEntry assembly)
    {
        using var stream = assembly.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        using var file = new PEReader(copy);
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }

    private void Pack(string project, params string[] more) => _ = DotnetCommand.Pack(
        project, folder.FullName, [$"-p:RestorePackagesPath={folder.FullName}/cache", $"-p:RestoreFallbackFolders={DotnetCommand.Packages}", .. more]);

    private string RunInAnEmptyProject()
    {
        var empty = Directory.CreateDirectory(Path.Combine(folder.FullName, "empty")).FullName;
        File.WriteAllText(Path.Combine(empty, "empty.csproj"), Project);
        File.WriteAllText(Path.Combine(empty, "Program.cs"), Program);
        DotnetCommand.OnlyFrom(empty, Feed, Path.Combine(folder.FullName, "cache"), DotnetCommand.Packages);
        return DotnetCommand.Succeed(empty, "run", "--project", empty);
    }
}
