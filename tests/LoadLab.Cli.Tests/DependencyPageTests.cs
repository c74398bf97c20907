using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LoadLab.Cli.Tests;

/// <summary>docs/explanation/dependencies.md and the packages that the build names.</summary>
public sealed partial class DependencyPageTests
{
    private static readonly XDocument Props = XDocument.Load(Path.Combine(Launcher.Root, "src", "Directory.Packages.props"));

    private static readonly string Page = File.ReadAllText(Path.Combine(Launcher.Root, "docs", "explanation", "dependencies.md"));

    private static Dictionary<string, string> Versions => Props.Descendants()
        .Where(element => element.Name.LocalName is "PackageVersion" or "GlobalPackageReference")
        .ToDictionary(element => (string)element.Attribute("Include")!, element => (string)element.Attribute("Version")!);

    [Fact]
    public void EachPackageHasARowAndEachRowIsAPackage()
    {
        var rows = Rows(Page.Split("## Looked at and not used")[0]);
        Assert.Equal(Versions.Keys.Order(StringComparer.Ordinal), rows.Select(row => row[0]).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.True(row[2].Length > 0, $"{row[0]}: the row does not say what it is used for"));
    }

    [Fact]
    public void NoPackageThatIsUsedIsCalledUnused()
    {
        var unused = Rows(Page.Split("## Looked at and not used")[1]);
        Assert.NotEmpty(unused);
        Assert.Empty(unused.Select(row => row[0]).Intersect(Versions.Keys, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void LicencesAreThoseThatThePackagesDeclare()
    {
        // A package that only another kind of build needs may not be restored here.
        var declared = Rows(Page.Split("## Looked at and not used")[0]).Select(row => (Id: row[0], Said: row[1], Licence: Licence(row[0])))
            .Where(one => one.Licence is not null).ToList();
        Assert.Contains(declared, one => one.Id == "Spectre.Console");
        Assert.All(declared, one => Assert.Equal($"{one.Id} {one.Licence}", $"{one.Id} {one.Said}"));
    }

    private static string? Licence(string package)
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var id = package.ToLowerInvariant();
        var nuspec = Path.Combine(packages, id, Versions[package], $"{id}.nuspec");
        return File.Exists(nuspec) ? XDocument.Load(nuspec).Descendants().Single(element => element.Name.LocalName == "license").Value : null;
    }

    private static List<string[]> Rows(string text) =>
        [.. Row().Matches(text).Select(match => match.Value.Trim('|').Split('|', StringSplitOptions.TrimEntries)).Where(row => row[0] != "package")];

    [GeneratedRegex(@"^\| [A-Za-z].*\|$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();
}
