using System.IO.Compression;
using System.Xml.Linq;

namespace LoadLab.Testing.Tests;

/// <summary>The package, installed from a folder into an empty project, away from any clone.</summary>
public sealed class PackageTests(PackageTests.Packed packed) : IClassFixture<PackageTests.Packed>
{
    private const string Program = """
        using System.Net.Sockets;
        using LoadLab.Testing;

        await using var full = await FailingEndpoint.FullAcceptQueueAsync();
        using var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromMilliseconds(300) });
        try
        {
            await client.GetAsync(full.Uri);
        }
        catch (TaskCanceledException e)
        {
            Console.WriteLine($"full: {e.InnerException!.GetType().Name}, {full.State.AcceptQueue} queued");
        }

        await using var limited = await FailingEndpoint.AtDescriptorLimitAsync();
        var answer = client.GetStringAsync(limited.Uri);
        await limited.WhenAsync(state => state.DescriptorLimitReached > 0);
        await limited.FreeDescriptorsAsync();
        Console.WriteLine($"limited: {await answer}");
        """;

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <UseAppHost>false</UseAppHost>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="LoadLab.Testing" Version="VERSION" />
          </ItemGroup>
        </Project>
        """;

    [PackageFact]
    public void ItDependsOnNothingAndShowsOneAssemblyToCompilers()
    {
        using var package = ZipFile.OpenRead(packed.Package);
        using var stream = package.GetEntry("LoadLab.Testing.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        string Value(string name) => (string)metadata.Elements().Single(element => element.Name.LocalName == name);
        Assert.Equal(("LoadLab.Testing", "Apache-2.0", "README.md"), (Value("id"), Value("license"), Value("readme")));
        Assert.DoesNotContain(metadata.Descendants(), element => element.Name.LocalName == "dependency");
        Assert.Equal(["LoadLab.Kernel.dll", "LoadLab.Model.dll", "LoadLab.Testing.dll", "LoadLab.Testing.xml"], Files(package, "lib/net10.0/"));
        Assert.Equal(["LoadLab.Testing.dll", "LoadLab.Testing.xml"], Files(package, "ref/net10.0/"));
        Assert.All(["README.md", "LICENSE"], file => Assert.NotNull(package.GetEntry(file)));
    }

    [PackageFact]
    public void AnEmptyProjectRunsItsEndpoints()
    {
        var folder = Directory.CreateDirectory(Path.Combine(packed.Folder, "empty")).FullName;
        var version = Path.GetFileNameWithoutExtension(packed.Package)["LoadLab.Testing.".Length..];
        File.WriteAllText(Path.Combine(folder, "empty.csproj"), Project.Replace("VERSION", version, StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(folder, "Program.cs"), Program);
        DotnetCommand.OnlyFrom(folder, Path.GetDirectoryName(packed.Package)!, Path.Combine(packed.Folder, "cache"));
        Assert.Equal("full: TimeoutException, 2 queued\nlimited: ok\n", DotnetCommand.Succeed(folder, "run", "--project", folder));
    }

    private static IEnumerable<string> Files(ZipArchive package, string folder) =>
        package.Entries.Where(entry => entry.FullName.StartsWith(folder, StringComparison.Ordinal)).Select(entry => entry.Name).Order(StringComparer.Ordinal);

    /// <summary>Packs what was compiled with these tests, once for all tests of the class.</summary>
    public sealed class Packed : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("loadlab-test-");

        public Packed()
        {
            var packages = Path.Combine(Folder, "packages");
            _ = DotnetCommand.Succeed(
                DotnetCommand.Root, "pack", "src/LoadLab.Testing", "--no-build", "-p:BuildProjectReferences=false", "-c", DotnetCommand.BuiltAs, "-o", packages,
                "-v", "quiet", "--nologo");
            Package = Assert.Single(Directory.GetFiles(packages, "LoadLab.Testing.*.nupkg"));
        }

        public string Folder => folder.FullName;

        public string Package { get; }

        public void Dispose() => folder.Delete(recursive: true);
    }
}
