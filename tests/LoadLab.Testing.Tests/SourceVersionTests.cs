using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace LoadLab.Testing.Tests;

/// <summary>What a package says of its version, its commit and its sources, in checkouts that the test makes of the sources as they are.</summary>
public sealed class SourceVersionTests : IDisposable
{
    private const string Remote = "https://github.com/example/loadlab";
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("loadlab-test-");

    private string Checkout => Path.Combine(folder.FullName, "checkout");

    public SourceVersionTests()
    {
        var sources = Git(DotnetCommand.Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "src", ".editorconfig", "LICENSE", "CHANGELOG.md")
            .Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Combine(DotnetCommand.Root, file)));
        foreach (var file in sources)
        {
            var copy = Path.Combine(Checkout, file);
            _ = Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(DotnetCommand.Root, file), copy);
        }

        _ = Git(Checkout, "init", "-q");
        _ = Git(Checkout, "add", "-A");
        _ = Git(Checkout, "commit", "-q", "-m", "sources");
        _ = Git(Checkout, "remote", "add", "origin", Remote);
    }

    [PackageFact]
    public void TheVersionIsOfTheTagAndCountsWhatCameAfterIt()
    {
        Assert.Equal("0.1.0-alpha.0", Version(Checkout));
        _ = Git(Checkout, "tag", "v0.4.2");
        Assert.Equal("0.4.2", Version(Checkout));
        _ = Git(Checkout, "commit", "-q", "--allow-empty", "-m", "later");
        Assert.Equal("0.4.3-alpha.0.1", Version(Checkout));
        Assert.Equal("7.7.7-rc.1", Version(Checkout, "-p:Version=7.7.7-rc.1"));

        var shallow = Path.Combine(folder.FullName, "shallow");
        _ = Git(folder.FullName, "clone", "-q", "--depth", "1", new Uri(Checkout).AbsoluteUri, shallow);
        Assert.Equal("0.1.0-alpha.0", Version(shallow));
        Directory.Delete(Path.Combine(Checkout, ".git"), recursive: true);
        Assert.Equal("0.1.0-unknown", Version(Checkout));
    }

    [PackageFact]
    public void ThePackageNamesTheCommitAndItsSymbolsLeadToTheSources()
    {
        _ = Git(Checkout, "tag", "v0.4.2");
        var commit = Git(Checkout, "rev-parse", "HEAD").Trim();
        var packages = Path.Combine(folder.FullName, "packages");
        _ = DotnetCommand.Succeed(
            Checkout, "pack", "src/LoadLab.Testing", "-c", "Release", "-o", packages, "-p:RunAnalyzers=false",
            "-p:ContinuousIntegrationBuild=true", "-v", "quiet", "--nologo");
        using var package = ZipFile.OpenRead(Path.Combine(packages, "LoadLab.Testing.0.4.2.nupkg"));
        using var nuspec = package.GetEntry("LoadLab.Testing.nuspec")!.Open();
        var repository = XDocument.Load(nuspec).Descendants().Single(element => element.Name.LocalName == "repository");
        Assert.Equal(
            ("git", Remote, commit), ((string?)repository.Attribute("type"), (string?)repository.Attribute("url"), (string?)repository.Attribute("commit")));

        using var symbols = ZipFile.OpenRead(Path.Combine(packages, "LoadLab.Testing.0.4.2.snupkg"));
        using var pdb = symbols.GetEntry("lib/net10.0/LoadLab.Testing.pdb")!.Open();
        using var whole = new MemoryStream();
        pdb.CopyTo(whole);
        whole.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(whole);
        var reader = provider.GetMetadataReader();
        var link = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation).Single(one => reader.GetGuid(one.Kind) == SourceLink);
        var map = Assert.Single(JsonNode.Parse(reader.GetBlobBytes(link.Value))!["documents"]!.AsObject());
        Assert.Equal($"https://raw.githubusercontent.com/example/loadlab/{commit}/*", (string?)map.Value);

        // No path of the machine that built it: each source is below what the map says, or is in the symbols itself.
        var own = reader.Documents.Select(handle => reader.GetString(reader.GetDocument(handle).Name)).ToList();
        Assert.Contains($"{map.Key[..^1]}src/LoadLab.Testing/FailingEndpoint.cs", own);
        Assert.DoesNotContain(own, name => name.StartsWith(folder.FullName, StringComparison.Ordinal));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static string Version(string checkout, params string[] more) => DotnetCommand.Succeed(
        checkout, ["msbuild", "src/LoadLab.Model", "-restore", "-t:MinVer", "-getProperty:Version", "-p:RunAnalyzers=false", .. more]).Trim();

    private static string Git(string directory, params string[] arguments)
    {
        var called = OtherProgram.RunAsUser("git", directory, ["-c", "user.name=test", "-c", "user.email=test@localhost", .. arguments]);
        Assert.True(called.Exit == 0, called.ToString());
        return called.Output;
    }
}
